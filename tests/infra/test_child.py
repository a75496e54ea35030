"""A process beside this one, and how one process tells that another is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from infra.child import KeptChild
from infra.identity import is_gone, own_identity
from infra.process import wait_until

pytestmark = pytest.mark.ring("test")

LIVES = """
import os, sys
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()}\\n")
sys.stdin.read()
with open(sys.argv[1], "a") as file:
    file.write("ended\\n")
"""
KEEPS = f"""
import sys
from infra.child import KeptChild
child = KeptChild("a child", [sys.executable, "-c", {LIVES!r}, sys.argv[1]])
child.start()
sys.stdin.read()
"""
ROOT = Path(__file__).resolve().parents[2]


def said(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_it_is_started_again_when_it_dies_and_ended_politely(tmp_path: Path) -> None:
    told = tmp_path / "told"
    child = KeptChild("a child", [sys.executable, "-c", LIVES, str(told)])
    child.start()
    assert wait_until(lambda: len(said(told)) == 1, 20)
    os.kill(int(said(told)[0]), signal.SIGKILL)
    assert wait_until(lambda: len(said(told)) == 2, 20)
    child.end()
    first, second, last = said(told)
    assert (first != second, last) == (True, "ended")


def test_one_that_was_never_started_is_ended_at_once() -> None:
    KeptChild("a child", ["/nonexistent"]).end()


def test_one_that_cannot_be_started_is_tried_again(tmp_path: Path) -> None:
    program, told = tmp_path / "program", tmp_path / "told"
    child = KeptChild("a child", [str(program), str(told)])
    child.start()
    assert child._keeper.is_alive()
    program.write_text(f"#!{sys.executable}\n{LIVES}")
    program.chmod(0o700)
    assert wait_until(lambda: len(said(told)) == 1, 20)
    child.end()


def test_it_ends_when_its_keeper_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "told"
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPS, str(told)], cwd=ROOT, stdin=subprocess.PIPE
    )
    with keeper:
        assert wait_until(lambda: len(said(told)) == 1, 20)
        keeper.kill()
    assert wait_until(lambda: said(told)[-1] == "ended", 20)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Linux tells, others do not")
def test_a_process_is_gone_when_it_has_ended_and_not_before() -> None:
    code = "from infra.identity import own_identity; print(own_identity(), flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout
        identity = process.stdout.readline().decode().strip()
        assert not is_gone(identity)
        process.kill()
        assert wait_until(lambda: is_gone(identity), 10)  # while nobody has buried it, too
    assert is_gone(identity)
    assert not is_gone(own_identity())


@pytest.mark.parametrize("identity", ["", "x", "here:1:2", ":::", "here:one:2"])
def test_what_cannot_be_known_from_here_is_not_gone(identity: str) -> None:
    assert not is_gone(identity)


def test_a_number_that_was_given_out_again_is_another_process() -> None:
    space, pid, began = own_identity().rsplit(":", 2)
    assert is_gone(f"{space}:{pid}:{int(began) - 1}")
