"""The web processes that are measured: the product as it is started, and the bare endpoints."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from bench.engine import free_port, wait_for
from bench.pinning import SERVER_CORE, pinned

START_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")

PRODUCT = (str(Path(sys.executable).with_name("lizheng")), "serve")
BARE = (sys.executable, "-m", "bench.bare")


@dataclass(frozen=True, slots=True)
class Server:
    """A running one; ``start_seconds`` from its start to its first answer."""

    pid: int
    url: str
    start_seconds: float

    def cpu_seconds(self) -> float:
        """What it has used so far, in user and kernel mode, over all of its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_mb(self) -> float:
        """Resident memory."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def ask(self, path: str, body: bytes, token: str = "") -> bytes:
        """One answer; raises ``URLError`` when there is none."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = Request(self.url + path, body, headers)  # noqa: S310  # our own address
        with urlopen(request, timeout=60) as answer:  # noqa: S310
            found: bytes = answer.read()
            return found


@contextmanager
def serving(
    command: Sequence[str], environ: Mapping[str, str], path: str, first: bytes, log: Path
) -> Iterator[Server]:
    """The server, from its first answer (to ``first``, posted to ``path``) to its end."""
    port = free_port()
    environment = {**os.environ, **environ, "PORT": str(port)}
    began = time.monotonic()
    with log.open("a") as output:
        running = subprocess.Popen(
            pinned(SERVER_CORE, command), env=environment, stdout=output, stderr=output
        )
    server = Server(running.pid, f"http://127.0.0.1:{port}", 0.0)
    try:
        wait_for(lambda: running.poll() is not None or _answers(server, path, first), START_SECONDS)
        if running.poll() is not None:
            raise RuntimeError(f"{command[-1]} ended with {running.returncode}: see {log}")
        yield Server(running.pid, server.url, time.monotonic() - began)
    finally:
        running.terminate()
        running.wait(timeout=30)


def _answers(server: Server, path: str, body: bytes) -> bool:
    try:
        server.ask(path, body)
    except (URLError, OSError):
        return False
    return True
