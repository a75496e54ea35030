"""A process number alone proves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from infra.process import is_running, terminate, wait_until

pytestmark = pytest.mark.ring("test")

MARK = "a-mark-on-the-command-line"
LIVES = "import sys; print('ready', flush=True); sys.stdin.read()"
IGNORES_SIGTERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {LIVES}"


@pytest.fixture(params=[LIVES, IGNORES_SIGTERM], ids=["polite", "deaf"])
def process(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", request.param, MARK]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_process_is_known_by_its_number_and_its_mark(process: subprocess.Popen[str]) -> None:
    assert is_running(process.pid, MARK)
    assert not is_running(process.pid, "another mark")


def test_terminate_ends_it_even_when_it_does_not_listen(process: subprocess.Popen[str]) -> None:
    terminate(process.pid, MARK, timeout=0.1)
    assert not is_running(process.pid, MARK)


def test_terminate_spares_a_process_without_the_mark(process: subprocess.Popen[str]) -> None:
    terminate(process.pid, "another mark", timeout=0)
    assert is_running(process.pid, MARK)


def test_a_zombie_does_not_live(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    assert wait_until(lambda: not is_running(process.pid, MARK), timeout=10)


def test_a_process_that_turns_into_another_program_lives_all_the_while() -> None:
    steps = ["sh", "-c", 'exec "$@"', "sh", "/usr/bin/env", "sh", "-c", "read -r line", MARK]
    for _ in range(20):
        with subprocess.Popen(steps, stdin=subprocess.PIPE) as process:
            assert all(is_running(process.pid, MARK) for _ in range(50))
            process.kill()


def test_waiting_ends_with_the_time_given() -> None:
    assert not wait_until(lambda: False, timeout=0)
