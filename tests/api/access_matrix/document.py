"""``docs/access.md``, made from the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.api.access_matrix.classes import MEANING, Class, Gets, gets
from tests.api.access_matrix.fields_of_accounts import ACCOUNTS
from tests.api.access_matrix.fields_of_cases import CASES
from tests.api.access_matrix.fields_of_figures import FIGURES
from tests.api.access_matrix.fields_of_operations import OPERATIONS
from tests.api.access_matrix.readers import EVERYBODY
from tests.api.access_matrix.widget import OPENED, opened_by, operations_with

PATH = Path(__file__).resolve().parents[3] / "docs" / "access.md"

MATRIX: Mapping[str, Class] = {**CASES, **ACCOUNTS, **FIGURES, **OPERATIONS}
"""Every field of every object type but the mutations, which are all of class ANSWER."""

REACHED: Mapping[str, str] = {
    "node": "`node(id:)`, and every edge: by whoever sees the case",
    "case": "`case(number:)`: by those who work on cases, if they see it",
    "search": "`cases` with a filter: the same",
    "list": "`cases` without one: the same",
    "own": "`viewer.cases`: by the account that wrote it",
    "proof": "`trackedCase`: by whoever has number and query code",
    "followed": "`caseChanged`, over WebSocket and as events: by whoever has number and query"
    " code, who is told what `trackedCase` answers in that moment",
}
"""The ways to a case that the tests walk, each by every reader."""


HEAD = """\
# Who may see what

Written by `python -m tests.api.access_matrix` from the tables that the tests walk
(`tests/api/access_matrix/`); a field of the schema without a row here fails a test.
Decided in the query, for direct fields, `node(id:)`, edges, searches, counts and
subscriptions alike. The case is one that a subdistrict handles and a bureau helps with.

A partner's key opens three operations (`schema/clients/widget.graphql`) as they stand, and
nothing else: "widget" is for the fields that these have, of the class. The last column of the
fields says which; whatever else asks for such a field with a key is refused with the rest."""


def document() -> str:
    """``docs/access.md``, whole."""
    parts = (
        _readers(),
        _table("Classes", "| class | who |", MEANING.items()),
        _table("Ways to a case", "| way | how, and by whom |", REACHED.items()),
        _table("Fields", "| field | class | partner key |", _fields()),
    )
    return "\n\n".join([HEAD, *parts, ""]).rstrip("\n") + "\n"


def _readers() -> str:
    columns = [one for one in Class if one is not Class.ANSWER]
    rows = (
        (
            *(one.name, _yes(one.sees), _yes(one.sees_confidential)),
            *(gets(column, one).value for column in columns),
            _yes(one.reveals),
        )
        for one in EVERYBODY
    )
    names = ("reader", "sees it", "confidential", *columns, "reveals the writer")
    return _table("Readers", f"| {' | '.join(names)} |", rows)


def _fields() -> Iterator[tuple[str, ...]]:
    """Each with its class, and with what a partner's key gets of it."""
    mutations = [one for name in OPENED for one in opened_by(name) if one.startswith("Mutation.")]
    for field, one in {**MATRIX, **dict.fromkeys(mutations, Class.ANSWER)}.items():
        opened = ", ".join(f"`{name}`" for name in operations_with(field))
        yield f"`{field}`", one, opened or Gets.REFUSED
    yield "every other field of `Mutation`", Class.ANSWER, Gets.REFUSED


def _table(title: str, head: str, rows: Iterable[tuple[str, ...]]) -> str:
    ruler = "---".join("|" * head.count("|"))
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([f"## {title}", "", head, ruler, *lines])


def _yes(value: bool) -> str:
    return "yes" if value else "–"
