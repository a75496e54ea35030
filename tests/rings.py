"""Which tests run when: three rings, each holding the smaller ones.

- ``test``: what everybody runs before a commit; minutes.
- ``all``: what takes seconds each, kills, fuzzes, or needs Node, a browser or a cloud; what has to
  pass before a merge.
- ``release``: what takes long, or walks everything; run before a release.

A module says its ring, ``pytestmark = pytest.mark.ring("test")``; a decorator on one test
overrides it. ``python -m tests.rings`` counts the tests of each ring and lists those in none.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TypeVar

import pytest
from _pytest.mark.structures import ParameterSet

T = TypeVar("T")

RINGS = ("test", "all", "release")
"""From the smallest to the largest."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--ring``."""
    parser.addoption(
        "--ring",
        choices=RINGS,
        help="run this ring and the smaller ones; without it, 'test' and every file that is named",
    )


def find_ring(item: pytest.Item) -> str | None:
    """The ring that a test says, or None.

    The closest mark wins: a test's own before its module's; a parameter's, where it is wider.
    """
    for node in reversed(item.listchain()):
        marks = [mark for mark in node.own_markers if mark.name == "ring"]
        if marks:
            return max((str(mark.args[0]) for mark in marks), key=RINGS.index)
    return None


def wanted_ring(config: pytest.Config) -> str:
    """The ring that is run, "test" where nothing was said."""
    return str(config.getoption("--ring") or "test")


def sample(
    values: Iterable[T], is_sampled: Callable[[T], bool], ring: str = "all"
) -> list[ParameterSet]:
    """Parameters for a walk: those that are sampled for every ring, the others for a wider one."""
    wider = pytest.mark.ring(ring)
    return [pytest.param(one, marks=() if is_sampled(one) else wider) for one in values]


def find_named_files(config: pytest.Config) -> set[Path]:
    """The files that the command line names, as a whole or one of their tests."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return set()
    directory = config.invocation_params.dir
    paths = {(directory / argument.split("::")[0]).resolve() for argument in config.args}
    return {path for path in paths if path.is_file()}


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module with a test that is in no ring is an error."""
    report = yield
    tests = (one for one in report.result or () if isinstance(one, pytest.Item))
    homeless = [test.name for test in tests if find_ring(test) is None]
    if homeless:
        report.outcome = "failed"
        report.longrepr = f"In no ring of {', '.join(RINGS)}: {', '.join(homeless)}"
    return report


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of the wanted ring; modules with long ones first, so that none comes last."""
    rings = RINGS[: RINGS.index(wanted_ring(config)) + 1]
    named = set() if config.getoption("--ring") else find_named_files(config)
    sorted_out: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        sorted_out[find_ring(item) in rings or item.path in named].append(item)
    if sorted_out[False]:
        config.hook.pytest_deselected(items=sorted_out[False])
        items[:] = sorted_out[True]
    widest: defaultdict[Path, int] = defaultdict(int)
    for item in items:
        widest[item.path] = max(widest[item.path], RINGS.index(find_ring(item) or RINGS[0]))
    items.sort(key=lambda item: -widest[item.path])


class Census:
    """Counts tests per ring while they are collected."""

    def __init__(self) -> None:
        """Nobody has been counted yet."""
        self.counts: Counter[str | None] = Counter()
        self.homeless: list[str] = []

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Count."""
        ring = find_ring(item)
        self.counts[ring] += 1
        if ring is None:
            self.homeless.append(item.nodeid)


def main() -> int:
    """Print how many tests are in each ring, and which are in none."""
    census, said = Census(), StringIO()
    with redirect_stdout(said):
        ended = pytest.main(["--collect-only", "-qq", "--ring=release"], plugins=[census])
    if not census.counts:
        print(said.getvalue())  # noqa: T201
    for ring in RINGS:
        print(f"{ring:8} {census.counts[ring]:6}")  # noqa: T201
    for nodeid in census.homeless:
        print(f"in none  {nodeid}")  # noqa: T201
    return int(ended)


if __name__ == "__main__":
    sys.exit(main())
