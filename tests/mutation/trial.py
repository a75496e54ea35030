"""Tries a mutant: the tests are run against it in a process of its own, until one fails.

The process is a fork of one that has imported everything already that is not ours.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.operators import Mutant, apply

ROOT = Path(__file__).resolve().parents[2]
OURS = {
    *("api", "cli", "domain", "functions", "infra", "resolvers", "schema", "services", "settings"),
    *("storage", "tests"),
}
QUIETLY = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "--ring=test")


def path_of(module: str) -> Path:
    """The file of one of our modules."""
    return ROOT.joinpath(*module.split(".")).with_suffix(".py")


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from a tree instead of its file."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        """Not loaded yet."""
        self._module, self._tree = module, tree

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The changed module alone."""
        if name != self._module:
            return None
        origin = str(path_of(name))
        return importlib.machinery.ModuleSpec(name, self, origin=origin)

    def exec_module(self, module: ModuleType) -> None:
        """Run it."""
        module.__file__ = str(path_of(self._module))
        exec(compile(self._tree, module.__file__, "exec"), module.__dict__)


def prepare(tests: Sequence[str]) -> None:
    """Import what the tests need, and forget again what of it is ours."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        sys.stdout, shown = nowhere, sys.stdout
        pytest.main(["--collect-only", *QUIETLY, *tests])
        sys.stdout = shown
    for name in list(sys.modules):
        if name.partition(".")[0] in OURS and not name.startswith("tests.mutation"):
            del sys.modules[name]


def _try(mutant: Mutant | None, tests: Sequence[str]) -> None:
    """Run the tests; end with 0 when all of them passed."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    if mutant is not None:
        tree = apply(mutant, path_of(mutant.module).read_text(encoding="utf-8"))
        sys.meta_path.insert(0, Changed(mutant.module, tree))
    ended = pytest.main([*QUIETLY, *tests])
    os._exit(int(ended))


@dataclass
class Trial:
    """One that runs."""

    mutant: Mutant
    process: BaseProcess
    until: float


def start(mutant: Mutant | None, tests: Sequence[str]) -> BaseProcess:
    """A process that tries a mutant, or the program as it is."""
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_try, args=(mutant, tests), daemon=False)
    process.start()
    return process


def try_each(
    mutants: Sequence[Mutant], tests: dict[str, list[str]], seconds: float, workers: int
) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant, and whether it survived the tests of its module; in the order of their ends.

    One that takes longer than so many seconds has been killed: the tests would not end.
    """
    waiting, running = list(reversed(mutants)), list[Trial]()
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            process = start(mutant, tests[mutant.module])
            running.append(Trial(mutant, process, time.monotonic() + seconds))
        wait([trial.process.sentinel for trial in running], timeout=1)
        for trial in list(running):
            if trial.process.is_alive() and time.monotonic() < trial.until:
                continue
            running.remove(trial)
            yield trial.mutant, _end(trial.process)


def _end(process: BaseProcess) -> bool:
    """Whether all tests passed; one that still runs is killed."""
    if process.is_alive():
        process.kill()
    process.join()
    return process.exitcode == 0
