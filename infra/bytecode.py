"""Trees of files as they are unzipped on Lambda, with the bytecode of its Python beside them.

Nothing can be written where Lambda unzips a function: without bytecode every container would
compile all that it imports. Bytecode is the same on every machine; a Python of the right version
has to be at hand. It holds no time and is never checked against its source.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from zipfile import ZipFile

from infra.contents import FILTER, is_deployed

PLACE = "/var/task"
"""Where Lambda unzips a function: what tracebacks say."""


def python_of(version: str, given: str | None = None) -> str | None:
    """An interpreter of this version (such as 3.13): the one that is ``given``, or found."""
    here = sys.executable if _version(sys.executable) == version else None
    for candidate in (given, here, shutil.which(f"python{version}")):
        if candidate and _version(candidate) == version:
            return candidate
    return None


def _version(python: str) -> str:
    """What an interpreter says of itself; nothing for what is none."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        return subprocess.run(
            [python, "-c", code], capture_output=True, text=True, check=False
        ).stdout.strip()
    except OSError:
        return ""


def wheel_tree(wheel: Path, trees: Path, python: str | None) -> Path:
    """The folder of what is deployed of a wheel; made once, and kept under ``trees``."""
    folder = trees / f"{wheel.stem}-{FILTER}{'' if python else '-plain'}"
    if not folder.exists():
        with ZipFile(wheel) as archive:
            _make(folder, dict(_files(archive)), python)
    return folder


def compiled(files: Mapping[str, bytes], python: str | None) -> dict[str, bytes]:
    """The same files, and their bytecode."""
    with tempfile.TemporaryDirectory(prefix="lizheng-package-") as name:
        folder = Path(name) / "tree"
        _make(folder, files, python)
        return dict(content([folder]))


def content(folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """The files of trees, by their places."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path.read_bytes()


def _make(folder: Path, files: Mapping[str, bytes], python: str | None) -> None:
    """Whole or not at all: whoever is killed half-way leaves no tree."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        draft = Path(name) / "tree"
        draft.mkdir()
        for place, body in files.items():
            path = draft / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        if python is not None:
            _compile(draft, python)
        if not folder.exists():
            draft.rename(folder)


def _compile(folder: Path, python: str) -> None:
    """What does not compile (a template, an example) stays as it is."""
    command = [python, "-S", "-m", "compileall", "-qq", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), "-p", PLACE, str(folder)]
    # The order of names in a set, and with it the bytecode, must not change from run to run.
    environ = {"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0"}
    subprocess.run(command, env=environ, check=False, stdout=subprocess.DEVNULL)


def _files(wheel: ZipFile) -> Iterator[tuple[str, bytes]]:
    for name in wheel.namelist():
        place = _place(name)
        if place is not None and not name.endswith("/") and is_deployed(place):
            yield place, wheel.read(name)


def _place(name: str) -> str | None:
    """Where a file of a wheel belongs; None for scripts and other things that nobody imports."""
    first, _, rest = name.partition("/")
    if not first.endswith(".data"):
        return name
    kind, _, inside = rest.partition("/")
    return inside if kind in ("purelib", "platlib") else None
