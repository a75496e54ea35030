"""A client generated from what app teams get: it compiles, and it works."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from api.documents import manifest
from cli.client_folder import FOLDER, client_files
from storage import mongo
from tests.api.citizens import ACCOUNT_KEY, code_sent, new_phone
from tests.api.clients import Town, letter_input
from tests.api.conftest import SECRETS, open_town
from tests.api.portals import operations
from tests.api.reading import serving

pytestmark = [pytest.mark.ring("all"), pytest.mark.node]
TOOLS = Path(__file__).resolve().parents[2] / "node_modules"
APP = Path(__file__).with_name("client")
RUN = """
const [file, name, ...asked] = process.argv.slice(1)
require(file)[name](...asked).then((told) => console.log(JSON.stringify(told)))
"""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample app and the client that was generated for it."""
    folder = tmp_path_factory.mktemp("client")
    for path in (*FOLDER.glob("*.graphql"), FOLDER / "codegen.json", *APP.iterdir()):
        shutil.copy(path, folder)
    for path, text in client_files().items():
        (folder / path.name).write_text(text, encoding="utf-8")
    (folder / "node_modules").symlink_to(TOOLS)
    said = _run(folder, "graphql-codegen", "--config", "codegen.json", "--verbose")
    assert (folder / "generated" / "graphql.ts").is_file(), said
    return folder


def test_the_tool_knows_every_document_by_the_hash_that_we_do(generated: Path) -> None:
    written = json.loads((generated / "generated" / "persisted-documents.json").read_text())
    assert written == manifest()


@pytest.fixture(scope="module")
def built(generated: Path) -> Path:
    """The same, compiled; ``wrong.ts`` in it holds slips that the compiler has to find."""
    assert _run(generated, "tsc") == ""
    return generated / "built"


def _run(folder: Path, tool: str, *words: str) -> str:
    """All that a tool of Node's says."""
    done = subprocess.run(
        [folder / "node_modules" / ".bin" / tool, *words],
        cwd=folder,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest_asyncio.fixture
async def released(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town that answers released clients only, and where citizens sign in."""
    secrets = replace(SECRETS, account_key=ACCOUNT_KEY)
    changed = {"secrets": secrets, "trusted_documents_only": True}
    async for one in open_town(mongo_uri, driver, **changed):
        yield one


async def told_by(built: Path, file: str, name: str, *asked: str) -> Any:
    """What a function of the sample app answers."""
    program = await asyncio.create_subprocess_exec(
        *("node", "-e", RUN, f"./{file}", name, *asked),
        cwd=built,
        stdout=asyncio.subprocess.PIPE,
    )
    return json.loads((await program.communicate())[0])


async def test_an_app_of_one_type_with_the_client_writes_a_letter_once_and_polls(
    built: Path, released: Town
) -> None:
    async with serving(released.app) as served:
        key = "the key of a letter written offline"
        told = await told_by(built, "app.js", "write", served.http, key)
    assert told == {
        "stage": "ACCEPTANCE",
        "sameNumber": True,
        "changed": [True, False],
        "sameStage": True,
    }


async def test_an_app_signs_in_takes_a_letter_in_and_hears_what_changed(
    built: Path, released: Town
) -> None:
    phone = new_phone()
    submit = operations("mobile")["SubmitLetter"]
    written = (await released.citizen.ask(submit, input=letter_input()))["submitLetter"]
    proof = (written["case"]["number"], written["queryCode"])
    async with serving(released.app) as served:
        asked = await told_by(built, "account.js", "askForCode", served.http, phone, "first")
        assert asked == {"again": True}
        given = (served.http, phone, await code_sent(released, phone), *proof)
        told = await told_by(built, "account.js", "account", *given)
    assert told == {
        "changed": [proof[0]],
        "mine": [proof[0]],
        "platforms": ["FCM"],
        "ended": 1,
    }
