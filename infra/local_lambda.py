"""A packaged function in the real runtime loop, as a process of its own on this machine.

The process sees the unpacked zip, Lambda's own runtime and the standard library: neither the
working tree nor what else is installed beside it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Self

from infra.runtime_api import Reply, RuntimeApi, RuntimeGone

RUNTIME = ("awslambdaric", "simplejson", "snapshot-restore-py")
"""What Lambda's image has beside a function's zip."""
STOP_SECONDS = 5


def unpack(package: Path, into: Path) -> Path:
    """The zip's content, in a folder of its name under ``into``."""
    folder = into / package.stem
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    return folder


def runtime(into: Path) -> Path:
    """A folder with the runtime and nothing else, from what is installed here."""
    folder = into / "runtime"
    for name in RUNTIME:
        for path in distribution(name).files or ():
            if ".." not in path.parts and path.suffix != ".pyc":
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(Path(str(path.locate())).read_bytes())
    return folder


def isolated(*words: str) -> list[str]:
    """A command of Python that imports from ``PYTHONPATH`` and its own library alone."""
    return [sys.executable, "-S", *words]


class LocalLambda:
    """A container of one function: begun at once, ended by ``close``."""

    def __init__(
        self,
        folder: Path,
        runtime_folder: Path,
        handler: str,
        environ: Mapping[str, str],
        log: Path,
    ) -> None:
        self._api = RuntimeApi()
        self.log = log
        variables = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{folder}{os.pathsep}{runtime_folder}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "AWS_LAMBDA_FUNCTION_NAME": handler,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "LAMBDA_TASK_ROOT": str(folder),
            **environ,
        }
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                isolated("-m", "awslambdaric", handler),
                cwd=folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    def wait_until_ready(self, seconds: float = 60) -> bool:
        """Waits until the handler is loaded; False when it is not in time."""
        return self._api.ready.wait(seconds)

    def invoke(self, event: Any, seconds: float = 60) -> Reply:
        """What comes of an event, with a time limit of ``seconds``; raises ``RuntimeGone``."""
        try:
            return self._api.invoke(event, lambda: self._process.poll() is None, seconds)
        except RuntimeGone as gone:
            raise RuntimeGone(f"{gone}; it said:\n{self.said()}") from None

    def said(self) -> str:
        """What it has written to its log."""
        return self.log.read_text(errors="replace")

    def close(self) -> None:
        """Ends the process."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._api.close()
