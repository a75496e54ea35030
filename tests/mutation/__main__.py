"""``python -m tests.mutation``: do the tests notice when the process or a deadline is changed?

Mutants of the domain's rules are drawn by a seed, which is printed, and tried against the tests
of the domain; those that survive, against tests of the services. Survivors are listed.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from infra import embedded
from infra.embedded import EmbeddedDatabase
from tests import server
from tests.mutation.operators import Mutant, find_mutants
from tests.mutation.trial import ROOT, path_of, prepare, start, try_each

SUBJECTS = (
    *("workflow", "rules", "effects", "steps", "asks", "case", "traces", "waking", "history"),
    *("deadlines", "calendar", "policies", "sweeping", "ladder", "watching"),
    *("asking", "survey_plan", "keeping", "retention"),
)
MODULES = tuple(f"domain.{name}" for name in SUBJECTS if path_of(f"domain.{name}").exists())
SERVICES = (
    "tests/services/test_process.py",
    "tests/services/test_recomputation.py",
    "tests/services/test_submission.py",
    "tests/services/test_verification.py",
    "tests/services/functions/test_overdue_sweep.py",
    "tests/services/functions/test_satisfaction_callback.py",
)
LEAST = 0.85


def tests_of(module: str) -> list[str]:
    """The domain's tests that walk cases or name this module, these first."""
    files = sorted((ROOT / "tests" / "domain").glob("test_*.py"))
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    name = module.replace("domain.", "from domain.")
    own = [file for file in files if f"{name} import" in texts[file]]
    walking = [f for f in files if "tests.domain.office import" in texts[f] and f not in own]
    return [str(file.relative_to(ROOT)) for file in (*own, *walking)]


def draw(seed: int, count: int) -> list[Mutant]:
    """So many mutants of all there are, mixed."""
    every = [
        mutant
        for module in MODULES
        for mutant in find_mutants(module, path_of(module).read_text(encoding="utf-8"))
    ]
    chosen = random.Random(seed).sample(every, min(count, len(every)))
    print(f"seed {seed}: {len(chosen)} of {len(every)} mutants of {len(MODULES)} modules")  # noqa: T201
    return chosen


def baseline(tests: Sequence[str]) -> float:
    """Seconds that the tests take on the program as it is; ``SystemExit`` where they fail."""
    began = time.monotonic()
    process = start(None, tests)
    process.join()
    if process.exitcode != 0:
        sys.exit(f"the tests fail without any change: {' '.join(tests)}")
    return time.monotonic() - began


def survivors_of(
    mutants: Sequence[Mutant], tests: dict[str, list[str]], workers: int
) -> list[Mutant]:
    """Those that no test noticed."""
    files = list(dict.fromkeys(file for group in tests.values() for file in group))
    prepare(files)
    seconds = 30 + 5 * baseline(files)
    return [mutant for mutant, survived in try_each(mutants, tests, seconds, workers) if survived]


def main() -> int:
    """Print what was drawn, what survived and the share of those killed; 0 where it is enough."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    mutants = draw(given.seed, given.count)
    left = survivors_of(mutants, {module: tests_of(module) for module in MODULES}, given.workers)
    print(f"{len(mutants) - len(left)} killed by the domain's tests")  # noqa: T201
    embedded.PROGRAM = server.PROGRAM
    with tempfile.TemporaryDirectory() as folder:
        database = EmbeddedDatabase.start(Path(folder))
        os.environ["MONGODB_URI"] = database.uri
        try:
            services = {module: list(SERVICES) for module in MODULES}
            left = survivors_of(left, services, given.workers) if left else left
        finally:
            database.stop(timeout=0)
    for mutant in sorted(left, key=str):
        print(f"survived  {mutant}")  # noqa: T201
    share = 1 - len(left) / len(mutants)
    print(f"seed {given.seed}: {share:.1%} of {len(mutants)} killed")  # noqa: T201
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
