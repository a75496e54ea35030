"""The one reader of cases for jobs: what cannot be read is a problem of its own, and no error.

A document may have been written by anybody: whatever is wrong with it stays with it, so that a
job goes on with the others. A problem tells of which kind it is, and quotes nothing of a letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from domain.case import Case
from domain.numbers import read_case_number
from domain.problem_cases import Problem, Reason
from storage.case_documents import read_case
from storage.mongo import Document

T = TypeVar("T")
OnProblem: TypeAlias = Callable[[Problem], None]

FAULTS = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading a document raises that is not what it should be."""


def ignore(problem: Problem) -> None:
    """For whoever only reads: a job tells of it."""


class WrongType(ValueError):
    """A stored value is not of the type that everybody writes there; the message names it."""


class WrongVersion(ValueError):
    """The stored version is not that of the history: no guarded write would meet the case."""


def read_or_problem(document: Document, read: Callable[[Document], T]) -> T | Problem:
    """What ``read`` makes of a document, or why it cannot."""
    try:
        return read(document)
    except FAULTS as error:
        return problem_of(document, error)


def read_each(
    documents: Iterable[Document], read: Callable[[Document], T], on_problem: OnProblem
) -> list[T]:
    """Those that can be read; ``on_problem`` is told of the others."""
    found = []
    for document in documents:
        one = read_or_problem(document, read)
        if isinstance(one, Problem):
            on_problem(one)
        else:
            found.append(one)
    return found


def problem_of(document: Document, error: Exception, reason: Reason = Reason.UNREADABLE) -> Problem:
    """The problem that ``error`` makes of a document that was fetched with its number."""
    name = type(error).__name__
    named = f"{name} of {error}" if isinstance(error, WrongType) else name
    return Problem(
        case_id=str(document["_id"]),
        number=number_of(document),
        reason=reason,
        error=f"{reason.en.lower()}: {named}",
        version=version_of(document),
    )


def number_of(document: Document) -> str:
    """The case's number where it is one: what else lies there may quote anything."""
    number = document.get("number")
    is_number = isinstance(number, str) and read_case_number(number) == number
    return str(number) if is_number else str(document["_id"])


def version_of(document: Document) -> int | None:
    """The stored version where it is a number."""
    version: Any = document.get("version")
    return int(version) if _is(version, int) else None


def read_acted_on(document: Document) -> Case:
    """The whole case, for a job that is going to write it, guarded by its version."""
    case = read_case(document)
    if version_of(document) != case.version:
        raise WrongVersion
    if not all(isinstance(one, datetime) for one in _moments(case)):
        raise WrongType("moment")
    return case


def _moments(case: Case) -> Iterator[object]:
    """What a decision compares with other moments."""
    yield case.letter.submitted_at
    yield from (entry.at for entry in case.history)
    for clock in case.clocks.values():
        yield from (clock.started_at, clock.due_at, clock.warn_at)


Types: TypeAlias = Mapping[str, type | tuple[type, ...]]
"""What the values of some fields are, which are named with dots."""


def check_types(document: Document, types: Types) -> None:
    """Raises ``WrongType`` for the first field (dotted) that is missing or of another type."""
    for path, kind in types.items():
        value: Any = document
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if not _is(value, kind):
            raise WrongType(path)


def _is(value: Any, kind: type | tuple[type, ...]) -> bool:
    """A truth value is no number, and neither is a date beyond what Python knows a date."""
    if isinstance(value, bool) and kind is int:
        return False
    return isinstance(value, kind)
