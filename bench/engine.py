"""The database that is measured on: ``secantusd-rs``, in a directory of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.pinning import pinned
from storage.mongo import ping

NAME = "secantusd-rs"
START_SECONDS = 30
OPTIONS = ("--sync-on-commit", "--log-level", "ERROR")
"""Every acknowledged write is on the disk, as in the product."""


class EngineMissing(RuntimeError):
    """No engine is installed."""


def program() -> str:
    """Where the engine is; raises ``EngineMissing``."""
    found = shutil.which(NAME) or str(Path.home() / ".cargo" / "bin" / NAME)
    if not Path(found).exists():
        raise EngineMissing(f"{NAME} is not installed: make bench-engine")
    return found


def version() -> str:
    """What the engine calls itself."""
    told = subprocess.run([program(), "--version"], capture_output=True, text=True, check=True)
    return f"{told.stdout.splitlines()[0]} {OPTIONS[0]}"


@contextmanager
def engine(folder: Path, core: int) -> Iterator[str]:
    """The URI of a running engine that keeps its data in ``folder``; ended on leaving."""
    port = free_port()
    command = [program(), "--port", str(port), "--storage-path", str(folder / "db"), *OPTIONS]
    with (folder / "engine.log").open("w") as log:
        running = subprocess.Popen(pinned(core, command), stdout=log, stderr=log)
    uri = f"mongodb://127.0.0.1:{port}"
    try:
        wait_for(lambda: ping(uri, 1), START_SECONDS)
        yield uri
    finally:
        running.terminate()
        running.wait(timeout=30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    """Asks until it holds; ``TimeoutError`` after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.02)
