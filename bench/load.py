"""Load, by wrk: so many clients for so many seconds, and what came of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.pinning import OTHER_CORE, pinned
from bench.servers import Server

SCRIPT = Path(__file__).with_name("requests.lua")


class LoadFailed(RuntimeError):
    """Requests were refused, or wrk is missing."""


@dataclass(frozen=True, slots=True)
class Requests:
    """What is sent: a file of bodies, to a path, with a token; ``good`` is in every answer."""

    bodies: Path
    path: str = "/graphql"
    token: str = ""
    good: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: requests per second, milliseconds, and the server's CPU milliseconds a request."""

    per_second: float
    p50: float
    p99: float
    cpu: float


def loaded(server: Server, requests: Requests, clients: int, seconds: float) -> Run:
    """The server under load. Raises ``LoadFailed`` when any request failed."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise LoadFailed("wrk is not installed: apt install wrk")
    command = [wrk, "-t1", f"-c{clients}", f"-d{seconds:g}s", "-s", str(SCRIPT), server.url]
    arguments = [str(requests.bodies), requests.path, requests.token, requests.good]
    before = server.cpu_seconds()
    told = subprocess.run(
        pinned(OTHER_CORE, [*command, "--", *arguments]), capture_output=True, text=True, check=True
    ).stdout
    used = server.cpu_seconds() - before
    result = json.loads(told.partition("JSON ")[2])
    if result["failed"] or not result["requests"]:
        bad = told.partition("BAD ")[2].partition("\n")[0]
        raise LoadFailed(f"{requests.path}: {result} {bad}")
    return Run(
        per_second=result["requests"] / result["seconds"],
        p50=result["p50"],
        p99=result["p99"],
        cpu=1000 * used / result["requests"],
    )
