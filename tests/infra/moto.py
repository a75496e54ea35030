"""A moto server as a process of its own: AWS on this machine, reached over HTTP."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from infra.process import wait_until

START_SECONDS = 60
CREDENTIALS = {
    "aws_access_key_id": "testing",
    "aws_secret_access_key": "testing",
    "region_name": "ap-southeast-1",
}
"""What a client is made with: moto believes everybody."""


@contextmanager
def running_moto(folder: Path) -> Iterator[str]:
    """The address of a moto server that answers; it is ended on leaving."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (folder / "moto.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        assert wait_until(lambda: _answers(url) or server.poll() is not None, START_SECONDS)
        assert server.poll() is None, (folder / "moto.log").read_text()
        yield url
    finally:
        server.kill()
        server.wait()


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answers(url: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{url}/moto-api/", timeout=5).status_code < 500
    return False
