"""The commands at a terminal: what they say, where, and with which exit status."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymongo import MongoClient

from api.tokens import DEVELOPMENT_ISSUER, DEVELOPMENT_KEY, DevelopmentIssuer, Verifier
from domain.actors import Actor
from domain.words import Role
from settings import Settings
from storage import mongo
from tests.cli.terminal import LETTER, REPLIED, file_of, lizheng

COMMANDS = (
    *("serve", "import", "import-directory", "token"),
    *("verify", "recompute-deadlines", "indexes", "schema"),
)
pytestmark = [
    pytest.mark.ring("test"),
    pytest.mark.usefixtures("environment"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = lizheng(command, "--help")
    assert result.exit_code == 0
    assert f"lizheng {command}" in result.stdout or f"root {command}" in result.stdout
    assert command in lizheng("--help").stdout


# verify


def first_number(mongo_uri: str, name: str) -> str:
    with MongoClient[mongo.Document](mongo_uri) as client:
        found = client[name].cases.find_one({"letter.source_id": "2"})
    assert found is not None
    return str(found["number"])


def test_what_was_tampered_with_is_named(
    tmp_path: Path, mongo_uri: str, database: mongo.Database
) -> None:
    lizheng("import", file_of(tmp_path, LETTER, REPLIED))
    number = first_number(mongo_uri, database.name)
    assert lizheng("verify", number).stdout == f"{number}: whole\n"
    assert lizheng("verify", "--all").stdout == "2 cases: 2 whole, 0 broken\n"

    with MongoClient[mongo.Document](mongo_uri) as client:
        client[database.name].cases.update_one(
            {"number": number}, {"$set": {"history.3.subject": "import-handles"}}
        )
    one, every = lizheng("verify", number), lizheng("verify", "--all")
    assert (one.exit_code, every.exit_code) == (1, 1)
    assert one.stdout.startswith(f"{number}: entry 4: SIGN_FOR of 2017-03-06T")
    assert one.stdout.endswith("+08:00 does not fit its seal\n")
    assert every.stdout == f"{one.stdout}2 cases: 1 whole, 1 broken\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "name one case by its number, or ask for --all"),
        (("20170306-000001-4", "--all"), "name one case by its number, or ask for --all"),
        (("20170306-000001-5",), "'20170306-000001-5' is no case number: its check digit does"),
        (("20170306-000001-4",), "there is no case 20170306-000001-4"),
    ],
)
def test_verify_needs_a_case_that_is_there(arguments: tuple[str, ...], why: str) -> None:
    result = lizheng("verify", *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"lizheng: {why}")
    assert len(result.stderr.splitlines()) == 1


# token


def speaks_for(token: str) -> Actor:
    seed = Settings.from_environment(os.environ).secrets.token_key
    assert seed is not None
    keys = {DEVELOPMENT_KEY: DevelopmentIssuer(seed).public_key()}
    return Verifier(DEVELOPMENT_ISSUER, keys).actor(token)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_token_and_a_subject_of_its_own(role: Role) -> None:
    result = lizheng("token", "--role", role)
    assert result.exit_code == 0
    actor = speaks_for(result.stdout.splitlines()[-1])
    assert actor == Actor(frozenset({role}), subject=f"{role.lower()}-1", unit=None)


def test_a_token_for_a_unit_and_a_person() -> None:
    result = lizheng("token", "--role", "handler", "--unit", "510104", "--subject", "wang")
    assert speaks_for(result.stdout.splitlines()[-1]) == Actor(
        frozenset({Role.HANDLER}), subject="wang", unit="510104"
    )
    unknown = lizheng("token", "--role", "HANDLER", "--unit", "510199")
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert unknown.stderr.startswith("lizheng: there is no unit '510199' in the directory;")


@pytest.mark.parametrize("role", ["KING", "SYSTEMS", ""])
def test_no_other_role_is_given_out(role: str) -> None:
    result = lizheng("token", "--role", role)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"lizheng: there is no role {role!r}; there are CITIZEN, ")


def test_production_signs_no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("LIZHENG_MASTER_KEY", "bW1t" * 32)
    for name in ("ACCESS", "CHAIN"):
        monkeypatch.setenv(f"LIZHENG_{name}_KEY", "a" * 43 + "=")
    result = lizheng("token", "--role", "INTAKE")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "production" in result.stderr


# The rest


def test_indexes_are_created_once(
    mongo_uri: str, database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = f"{database.name}_new"
    monkeypatch.setenv("MONGODB_DATABASE", empty)
    first, second = lizheng("indexes"), lizheng("indexes")
    created = first.stdout.splitlines()
    assert "cases.by_number" in created
    assert created[-1] == f"{len(created) - 1} created, 0 there already"
    assert second.stdout == f"0 created, {len(created) - 1} there already\n"
    with MongoClient[mongo.Document](mongo_uri) as client:
        client.drop_database(empty)


def test_deadlines_are_looked_at_again(
    tmp_path: Path, mongo_uri: str, database: mongo.Database
) -> None:
    lizheng("import", file_of(tmp_path, LETTER, REPLIED))
    assert lizheng("recompute-deadlines").stdout.startswith("0 cases looked at, 0 moved (by ")
    with MongoClient[mongo.Document](mongo_uri) as client:
        client[database.name].cases.update_many(
            {},
            {
                "$set": {
                    "provisional": True,
                    "clocks.REPLY.provisional": True,
                    "clocks.REPLY.due_at": datetime(2017, 3, 21, tzinfo=UTC),
                }
            },
        )
    assert lizheng("recompute-deadlines").stdout.startswith("2 cases looked at, 2 moved (by ")
    assert lizheng("recompute-deadlines").stdout.startswith("0 cases looked at, 0 moved (by ")
    assert lizheng("verify", "--all").exit_code == 0


@pytest.mark.ring("all")
def test_a_database_out_of_reach_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100")
    result = lizheng("verify", "--all")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("lizheng: the database is out of reach")
    assert len(result.stderr.splitlines()) == 1
