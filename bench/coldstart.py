"""``python -m bench.coldstart``: how long each packaged handler takes to be there; prints JSON.

Every figure is the best of several processes in Lambda's own runtime loop, on the unpacked zip for
this machine and an embedded database; the others tell what else the machine is doing. ``init`` is
from the start of the process until it asks for its first invocation, ``init_cpu`` the processor's
time of it, ``import_cpu`` that of the import alone; ``first`` and ``warm`` are scheduled runs with
nothing to do. Beside them, in the same run, stands a handler that imports pymongo and Powertools
and does nothing.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra import packaging
from infra.contents import PARTS
from infra.embedded import EmbeddedDatabase
from infra.local_lambda import LocalLambda, isolated, runtime, unpack
from infra.wheels import HERE
from services.functions.table import FUNCTIONS
from settings import KEY_BYTES

BARE = "import pymongo, aws_lambda_powertools"
_BARE_MODULE = f"{BARE}\n\n\ndef handler(event, invocation):\n    return event\n"
_API_EVENT = {
    "version": "2.0",
    "rawPath": "/graphql",
    "rawQueryString": "",
    "headers": {"accept": "application/json", "content-type": "application/json", "host": "h"},
    "requestContext": {"http": {"method": "POST", "path": "/graphql", "sourceIp": "192.0.2.1"}},
    "body": '{"query": "{ __typename }"}',
    "isBase64Encoded": False,
}


class Bench:
    """Unpacked zips in a folder, and the environment that they run in."""

    def __init__(self, folder: Path, environ: Mapping[str, str], repeats: int) -> None:
        self._folder, self._environ, self._repeats = folder, environ, repeats
        self._runtime = runtime(folder)
        self._runs = 0

    def started(self, name: str, handler: str, events: Callable[[int], Any]) -> dict[str, float]:
        """Milliseconds: init, first invocation, a warm one."""
        measured: dict[str, list[float]] = {"init": [], "init_cpu": [], "first": [], "warm": []}
        for _ in range(self._repeats):
            self._runs += 1
            log = self._folder / f"{name}-{self._runs}.log"
            began = time.perf_counter()
            with LocalLambda(
                self._folder / name, self._runtime, handler, self._environ, log
            ) as one:
                if not one.wait_until_ready():
                    raise RuntimeError(one.said())
                measured["init"].append(time.perf_counter() - began)
                measured["init_cpu"].append(cpu_seconds(one.pid))
                for number, kind in enumerate(("first", "warm", "warm", "warm")):
                    reply = one.invoke(events(self._runs * 10 + number))
                    if reply.is_error:
                        raise RuntimeError(f"{reply.payload}\n{one.said()}")
                    measured[kind].append(reply.seconds)
        return {kind: milliseconds(values) for kind, values in measured.items()}

    def imported(self, name: str, statement: str) -> float:
        """Milliseconds of the processor that an import takes in a fresh process."""
        code = f"import time; t = time.process_time(); {statement}; print(time.process_time() - t)"
        environ = {"PYTHONPATH": str(self._folder / name), "PYTHONDONTWRITEBYTECODE": "1"}
        values = []
        for _ in range(self._repeats):
            ran = subprocess.run(
                isolated("-c", code), env=environ, capture_output=True, text=True, check=True
            )
            values.append(float(ran.stdout))
        return milliseconds(values)

    def everything(self) -> dict[str, Any]:
        """All parts, and the bare handler."""
        (self._folder / "overdue_sweep" / "bare.py").write_text(_BARE_MODULE)
        told: dict[str, Any] = {"pymongo and Powertools alone": {
            "import_cpu": self.imported("overdue_sweep", BARE),
            **self.started("overdue_sweep", "bare.handler", lambda number: {}),
        }}  # fmt: skip
        for name in FUNCTIONS:
            told[name] = {
                "import_cpu": self.imported(name, f"import functions.{name}"),
                **self.started(name, f"functions.{name}.handler", _scheduled),
            }
        told["api"] = {
            "import_cpu": self.imported("api", "import api.aws"),
            **self.started("api", "api.aws.handler", lambda number: _API_EVENT),
        }
        return told


def cpu_seconds(pid: int) -> float:
    """What a process has had of the processor, itself and the kernel for it (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def milliseconds(seconds: Sequence[float]) -> float:
    """The best."""
    return round(min(seconds) * 1000, 1)


def _scheduled(number: int) -> dict[str, str]:
    """A time that no run has had yet."""
    day, minute = divmod(number, 60)
    return {"scheduledFor": f"2017-03-{day % 28 + 1:02}T10:{minute:02}:00+08:00"}


def _environ(uri: str, folder: Path) -> dict[str, str]:
    keys = {
        f"LIZHENG_{name.upper()}": base64.b64encode(b"k" * size).decode()
        for name, size in KEY_BYTES.items()
    }
    return {**keys, "MONGODB_URI": uri, "DATA_DIR": str(folder / "data")}


def main(arguments: Sequence[str]) -> None:
    """The whole measurement; its JSON goes to standard output."""
    parser = argparse.ArgumentParser(prog="coldstart", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args(arguments).repeats
    packaging.build(HERE, PARTS.values(), python=sys.executable)
    with tempfile.TemporaryDirectory(prefix="lizheng-coldstart-") as name:
        folder = Path(name)
        for part in PARTS:
            unpack(packaging.BUILD / HERE.name / f"{part}.zip", folder)
        database = EmbeddedDatabase.start(folder / "database")
        try:
            bench = Bench(folder, _environ(database.uri, folder), repeats)
            told = {"milliseconds": bench.everything()}
            for bytecode in folder.rglob("*.pyc"):
                bytecode.unlink()
            told["milliseconds, without bytecode"] = bench.everything()
        finally:
            database.stop(timeout=0)
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
