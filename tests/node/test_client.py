"""A client generated from what app teams get: it compiles, and it works."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from api.documents import manifest
from cli.client_folder import FOLDER, client_files
from storage import mongo
from tests.api.clients import Town
from tests.api.conftest import open_town
from tests.api.reading import serving

pytestmark = pytest.mark.node
TOOLS = Path(__file__).resolve().parents[2] / "node_modules"
APP = Path(__file__).with_name("client")
RUN = """
require("./app.js").write(...process.argv.slice(1))
  .then((told) => console.log(JSON.stringify(told)))
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
    """A town that answers released clients only."""
    async for one in open_town(mongo_uri, driver, trusted_documents_only=True):
        yield one


async def test_an_app_of_one_type_with_the_client_writes_a_letter_once_and_polls(
    built: Path, released: Town
) -> None:
    async with serving(released.app) as served:
        asked = [served.http, "the key of a letter written offline"]
        program = await asyncio.create_subprocess_exec(
            *("node", "-e", RUN, *asked), cwd=built, stdout=asyncio.subprocess.PIPE
        )
        told = json.loads((await program.communicate())[0])
    assert told == {
        "stage": "ACCEPTANCE",
        "sameNumber": True,
        "changed": [True, False],
        "sameStage": True,
    }
