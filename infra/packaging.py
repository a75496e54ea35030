"""``python -m infra.packaging``: what is deployed to AWS Lambda, one zip for each part.

The same code goes into two kinds of zip: for Lambda (arm64, python3.13) and for this machine, where
it can be run. They differ in wheels and bytecode alone. The same input makes the same bytes:
entries are in order and have one time.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.bytecode import compiled, content, python_of, wheel_tree
from infra.contents import PARTS, Part, is_deployed
from infra.files import replace_file
from infra.wheels import HERE, LAMBDA, ROOT, Machine, PackagingError, packages_for, wheels

BUILD = ROOT / "build"
MACHINES = {machine.name: machine for machine in (LAMBDA, HERE)}
MOST_BYTES = 250 * 1024 * 1024
"""What Lambda takes, unzipped."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Size:
    """Of a zip, in bytes."""

    zipped: int
    unzipped: int


def build(
    machine: Machine, parts: Iterable[Part], into: Path = BUILD, python: str | None = None
) -> dict[str, Size]:
    """Writes ``into/MACHINE/PART.zip`` for each; raises ``PackagingError``.

    ``python`` is an interpreter of the machine's version, for the bytecode.
    """
    parts = list(parts)
    needed = {part.name: packages_for(part.packages, machine) for part in parts}
    kind = f"{machine.name}-{machine.python}"
    known = wheels(frozenset().union(*needed.values()), machine, BUILD / "wheels" / kind)
    trees = {name: wheel_tree(path, BUILD / "trees" / kind, python) for name, path in known.items()}
    ours = compiled(_ours({root for part in parts for root in part.code}), python)
    sizes = {}
    for part in parts:
        entries = dict(content(trees[name] for name in sorted(needed[part.name])))
        entries |= {name: body for name, body in ours.items() if belongs_to(name, part)}
        sizes[part.name] = write(into / machine.name / f"{part.name}.zip", entries)
        if sizes[part.name].unzipped > MOST_BYTES:
            raise PackagingError(f"{part.name} has {sizes[part.name].unzipped} bytes: too many")
    return sizes


def _ours(roots: Iterable[str]) -> dict[str, bytes]:
    paths = [ROOT / name for name in roots]
    files = [one for path in paths for one in (path.rglob("*") if path.is_dir() else [path])]
    named = {one.relative_to(ROOT).as_posix(): one for one in files if one.is_file()}
    return {name: path.read_bytes() for name, path in named.items() if is_deployed(name)}


def belongs_to(name: str, part: Part) -> bool:
    """Whether a file of ours belongs to the part: itself, or a folder that it lies in."""
    return any(f"{name}/".startswith(f"{root}/") for root in part.code)


def write(path: Path, entries: Mapping[str, bytes]) -> Size:
    """Writes a zip, whole or not at all; the same entries make the same bytes.

    One that holds these entries already is left alone: its comment says what it was made of.
    """
    made_of = _digest(entries)
    if _comment(path) != made_of:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            replace_file(path) as draft,
            zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            archive.comment = made_of
            for name in sorted(entries):
                entry = zipfile.ZipInfo(name, LONG_AGO)
                entry.external_attr = (0o100755 if name.endswith(".so") else 0o100644) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, entries[name])
    return Size(path.stat().st_size, sum(len(body) for body in entries.values()))


def _digest(entries: Mapping[str, bytes]) -> bytes:
    """SHA-256 of everything, in hex."""
    whole = hashlib.sha256()
    for name in sorted(entries):
        whole.update(f"{name}\0{hashlib.sha256(entries[name]).hexdigest()}\0".encode())
    return whole.hexdigest().encode()


def _comment(path: Path) -> bytes:
    """What a zip says of itself; nothing where there is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment
    except (OSError, zipfile.BadZipFile):
        return b""


def table(machine: Machine, sizes: Mapping[str, Size]) -> str:
    """The sizes, in Markdown."""
    rows = [f"| {machine.description} | zipped | unzipped |", "|---|---|---|"]
    for name, size in sizes.items():
        rows.append(f"| `{name}` | {size.zipped / 1e6:.1f} MB | {size.unzipped / 1e6:.1f} MB |")
    return "\n".join(rows) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Builds what was asked for; prints the sizes. The status is 1 where something is missing."""
    parser = argparse.ArgumentParser(prog="packaging", description=__doc__)
    parser.add_argument("--only", choices=MACHINES, help="for Lambda, or for this machine")
    parser.add_argument("--python", help="an interpreter of Lambda's version, for the bytecode")
    asked = parser.parse_args(arguments)
    status = 0
    for name in [asked.only] if asked.only else MACHINES:
        machine = MACHINES[name]
        python = python_of(machine.python, asked.python)
        if python is None:
            sys.stderr.write(f"{name}: no Python {machine.python} here, so no bytecode goes in\n")
        try:
            sizes = build(machine, PARTS.values(), python=python)
            sys.stdout.write(table(machine, sizes) + "\n")
        except PackagingError as error:
            sys.stderr.write(f"{name}: {error}\n")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
