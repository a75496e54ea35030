"""Lambda's runtime loop on this machine: events in, answers out, and ends of every kind."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local_lambda import LocalLambda, isolated, runtime
from infra.runtime_api import RuntimeGone

pytestmark = pytest.mark.ring("all")
HANDLERS = """
import os, sys, time

def echo(event, invocation):
    left = invocation.get_remaining_time_in_millis()
    return {"event": event, "left": left, "said": os.environ["SAID"], "path": sys.path}

def fails(event, invocation):
    raise ValueError("not this one")

def dies(event, invocation):
    os._exit(3)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A function's code, and the runtime beside it."""
    made = tmp_path_factory.mktemp("function")
    (made / "handlers.py").write_text(HANDLERS)
    runtime(made)
    return made


@pytest.fixture
def begun(folder: Path, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalLambda]:
    """A container of the handler that the test names."""
    handler, environ = f"handlers.{request.param}", {"SAID": "so"}
    with LocalLambda(folder, folder / "runtime", handler, environ, tmp_path / "log") as one:
        yield one


@pytest.mark.parametrize("begun", ["echo"], indirect=True)
def test_events_go_in_and_answers_come_out_one_after_another(begun: LocalLambda) -> None:
    assert begun.wait_until_ready()
    for number in range(3):
        reply = begun.invoke({"number": number, "text": "理政"}, seconds=100)
        assert reply.payload["event"] == {"number": number, "text": "理政"}
        assert (reply.payload["said"], reply.is_error) == ("so", False)
        assert 90_000 < reply.payload["left"] <= 100_000


@pytest.mark.parametrize("begun", ["echo"], indirect=True)
def test_it_sees_neither_the_working_tree_nor_what_is_installed(begun: LocalLambda) -> None:
    paths = begun.invoke({}).payload["path"]
    assert not [path for path in paths if "site-packages" in path]
    assert str(Path.cwd()) not in paths


@pytest.mark.parametrize("begun", ["fails"], indirect=True)
def test_what_a_handler_raises_is_its_answer(begun: LocalLambda) -> None:
    for _ in range(2):
        reply = begun.invoke({})
        assert reply.is_error
        assert (reply.payload["errorType"], reply.payload["errorMessage"]) == (
            "ValueError",
            "not this one",
        )


@pytest.mark.parametrize("begun", ["dies"], indirect=True)
def test_a_container_that_dies_gives_no_answer(begun: LocalLambda) -> None:
    with pytest.raises(RuntimeGone, match="no answer"):
        begun.invoke({})


@pytest.mark.parametrize("begun", ["is_not_there"], indirect=True)
def test_a_handler_that_cannot_be_loaded_says_why(begun: LocalLambda) -> None:
    with pytest.raises(RuntimeGone, match="HandlerNotFound"):
        begun.invoke({})


def test_an_isolated_python_finds_nothing_of_ours(tmp_path: Path) -> None:
    told = subprocess.run(
        isolated("-c", "import domain"), cwd=tmp_path, capture_output=True, check=False, text=True
    )
    assert "No module named 'domain'" in told.stderr
