"""Which packages a deployed part needs, at the pins of requirements.txt, and their wheels.

What a package needs is read from what is installed here, with the markers of the machine that it
is for; which version, and by which hashes, stands in requirements.txt alone.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.txt"
_PIN = re.compile(r"^([a-z0-9][^\n]*?) \\\n((?: {4}--hash=[^\n]+\n?)+)", re.MULTILINE)


class PackagingError(RuntimeError):
    """Something cannot be packaged; the message says what, and what the index answered."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a package is for. Without ``platforms``: this machine, with the Python that runs here.

    ``markers`` are those that differ from this machine's.
    """

    name: str
    python: str
    platforms: tuple[str, ...] = ()
    markers: tuple[tuple[str, str], ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        """What markers are asked of."""
        return {name: str(value) for name, value in default_environment().items()} | dict(
            self.markers
        )

    @property
    def description(self) -> str:
        return f"{self.platforms[0] if self.platforms else sys.platform}, Python {self.python}"


# Lambda's python3.13 is Amazon Linux 2023, whose C library is 2.34.
LAMBDA = Machine(
    "deployment",
    "3.13",
    ("manylinux2014_aarch64", "manylinux_2_28_aarch64", "manylinux_2_34_aarch64"),
    (
        ("implementation_name", "cpython"),
        ("platform_machine", "aarch64"),
        ("platform_system", "Linux"),
        ("platform_python_implementation", "CPython"),
        ("python_full_version", "3.13.0"),
        ("python_version", "3.13"),
        ("sys_platform", "linux"),
    ),
)
HERE = Machine("local", f"{sys.version_info.major}.{sys.version_info.minor}")


def packages_for(roots: Iterable[str], machine: Machine) -> frozenset[str]:
    """The canonical names of all that ``roots`` need there, themselves among them.

    A root may ask for extras, as in ``pymongo[encryption]``.
    """
    met: set[tuple[str, str]] = set()
    waiting = [Requirement(root) for root in roots]
    while waiting:
        wanted = waiting.pop()
        for extra in ("", *sorted(wanted.extras)):
            key = (canonicalize_name(wanted.name), extra)
            if key not in met:
                met.add(key)
                waiting += _needs(wanted.name, {**machine.environment, "extra": extra})
    return frozenset(name for name, _ in met)


def _needs(name: str, environment: Mapping[str, str]) -> list[Requirement]:
    """What a package needs under this extra ("": none)."""
    stated = [Requirement(text) for text in distribution(name).requires or ()]
    return [one for one in stated if one.marker is None or one.marker.evaluate(dict(environment))]


def locked(names: Iterable[str], text: str, machine: Machine) -> str:
    """The lines of a lock that pin ``names`` there, with hashes; ``PackagingError`` if one lacks.

    A marker is answered for the machine that the package is for, and left out: pip would ask it
    of this one.
    """
    pins: dict[str, str] = {}
    for pin, hashes in _PIN.findall(text):
        one = Requirement(pin)
        if one.marker is None or one.marker.evaluate(machine.environment):
            pinned = f"{pin.partition(';')[0].strip()} \\\n{hashes}"
            pins[str(canonicalize_name(one.name))] = pinned
    wanted = sorted(names)
    missing = [name for name in wanted if name not in pins]
    if missing:
        raise PackagingError(f"requirements.txt does not pin {', '.join(missing)}")
    return "".join(pins[name] for name in wanted)


def wheels(names: Iterable[str], machine: Machine, folder: Path) -> dict[str, Path]:
    """The wheel of each package for that machine, by canonical name, kept in ``folder``.

    Only wheels that fit one of the pinned hashes; what lies there already is not fetched again.
    Raises ``PackagingError`` when the configured index has none for the platform: nothing is
    ever built here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pins = locked(names, LOCK.read_text(encoding="utf-8"), machine)
    if len(kept := _kept(pins, folder)) < len(_PIN.findall(pins)):
        _fetch(pins, machine, folder)
        kept = _kept(pins, folder)
    return kept


def _fetch(pins: str, machine: Machine, folder: Path) -> None:
    wanted = folder / "requirements.txt"
    wanted.write_text(pins, encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--no-deps", "--only-binary=:all:", "--dest", str(folder)]
    for platform in machine.platforms:
        command += ["--platform", platform]
    if machine.platforms:
        command += ["--implementation", "cp", "--python-version", machine.python]
    fetched = subprocess.run(
        [*command, "-r", str(wanted)], capture_output=True, text=True, check=False
    )
    if fetched.returncode:
        raise PackagingError(f"no wheels for {machine.description}: {fetched.stderr.strip()}")


def _kept(pins: str, folder: Path) -> dict[str, Path]:
    """By name: the wheels that the pins mean. Others may lie beside them."""
    known = {}
    for path in sorted(folder.glob("*.whl")):
        if sha256(path.read_bytes()).hexdigest() in pins:
            known[str(parse_wheel_filename(path.name)[0])] = path
    return known
