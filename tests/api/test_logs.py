"""The log: one JSON object a line, and nothing in it that a citizen wrote or holds."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from api.logs import JsonLines
from domain.words import Role
from tests.api.clients import Answer, Letter, Town, letter_input, mutation

pytestmark = pytest.mark.ring("test")

TRACKED = "query Tracked($number: String!, $queryCode: String!) {{ {} }}".format(
    "trackedCase(number: $number, queryCode: $queryCode) { id }"
)


class Log:
    """What was written."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def only(self, logger: str) -> dict[str, Any]:
        (line,) = [line for line in self.lines if line["logger"] == logger]
        return line


@pytest.fixture
def log() -> Iterator[Log]:
    """The log as a server writes it."""
    log = Log()
    handler = logging.StreamHandler(log.stream)
    handler.setFormatter(JsonLines())
    ours = logging.getLogger("lizheng")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield log
    ours.removeHandler(handler)
    ours.setLevel(logging.NOTSET)


def _secrets(letter: Letter) -> tuple[str, ...]:
    given = letter_input()
    digits = given["writer"]["phone"]
    return (letter.code, given["title"], given["body"], given["writer"]["name"], digits)


async def test_a_request_is_one_line_with_its_name_and_without_its_values(
    town: Town, log: Log
) -> None:
    letter = await town.letter()
    assert all(secret not in log.text for secret in _secrets(letter))
    log.stream.truncate(0)
    log.stream.seek(0)
    answer = await town.citizen.send(TRACKED, **letter.proof)
    (line,) = log.lines
    assert line.pop("ms") > 0
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "lizheng.requests",
        "message": "answered",
        "operation": "Tracked",
        "status": 200,
        "requestId": answer.response.headers["X-Request-Id"],
    }


@pytest.mark.parametrize(
    "body",
    [
        '{"query": "query A { nothing }", "operationName": "13880001234"}',
        '{"query": "{ nothing }", "operationName": "A\\n{\\"level\\": \\"ERROR\\"}"}',
        '{"query": "query P13880001234 { nothing }"}',
        '{"query": "13880001234"}',
        "13880001234",
    ],
)
async def test_what_is_refused_is_logged_without_what_was_sent(
    town: Town, log: Log, body: str
) -> None:
    headers = {"Content-Type": "application/json", "X-Request-Id": "13880001234"}
    answer = Answer(
        await town.http.post("/graphql?code=13880001234", content=body, headers=headers)
    )
    (line,) = log.lines
    assert (line["level"], line["operation"], line["status"]) == ("INFO", "", answer.status)
    assert "13880001234" not in log.text


async def test_a_crash_is_logged_once_by_type_and_place_and_request(town: Town, log: Log) -> None:
    letter = await town.letter(title="文档将被损坏")
    await town.database["cases"].update_one(
        {"_id": letter.key}, {"$set": {"stage": "SECRET-STAGE-7"}}
    )
    asked = mutation("acceptCase")
    answer = await town.person(Role.INTAKE).send(asked, input={"caseId": letter.id})
    line = log.only("lizheng.api")
    assert line["level"] == "ERROR"
    assert answer.response.headers["X-Request-Id"] in line["message"]
    assert line["exception"] in {"KeyError", "ValueError"}
    assert any(place.startswith("storage/") for place in line["at"])
    for secret in (*_secrets(letter), "SECRET-STAGE-7", "文档将被损坏"):
        assert secret not in log.text


def test_a_message_cannot_begin_a_line_of_its_own(log: Log) -> None:
    logging.getLogger("lizheng.test").warning("one\n%s", '{"level": "ERROR"}\u2028\r\x1b[31m')
    assert len(log.text.splitlines()) == 1 or "\u2028" in log.text
    assert log.text.count("\n") == 1
    assert json.loads(log.text)["message"].startswith("one\n")
