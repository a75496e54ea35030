"""``python -m bench``: every measurement, one after the other; one JSON document.

Each is a program of its own (``python -m bench.sweep`` and so on), which also takes arguments.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence

PARTS = ("web", "sweep", "archive", "coldstart", "bulletin", "paint")


def main(arguments: Sequence[str]) -> int:
    """The parts that are asked for, each told on standard error as it begins; 1 if one failed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="how many the web part fills in")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas between them")
    asked = parser.parse_args(arguments)
    parts = asked.only.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    told = {part: _measured(part, asked.cases) for part in parts}
    sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    return int(any(isinstance(one, dict) and "failed" in one for one in told.values()))


def _measured(part: str, cases: int) -> object:
    sys.stderr.write(f"Measuring: {part} …\n")
    command = [sys.executable, "-m", f"bench.{part}"]
    if part == "web":
        command += ["--cases", str(cases)]
    measured = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if measured.returncode:
        return {"failed": f"{' '.join(command[1:])} ended with {measured.returncode}"}
    return json.loads(measured.stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
