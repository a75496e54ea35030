"""What fields are about, and what each reader gets of such fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from domain.words import Role
from tests.api.access_matrix.readers import Reader
from tests.api.actions import CITY, DISTRICT, RIVER


class Gets(StrEnum):
    """What a reader gets of a field."""

    YES = "yes"
    MASKED = "masked"
    REFUSED = "refused"
    NOTHING = "–"
    WIDGET = "widget"
    """Where an operation of the widget has the field; anywhere else it is refused."""


YES, MASKED, REFUSED, NOTHING = Gets.YES, Gets.MASKED, Gets.REFUSED, Gets.NOTHING


class Class(StrEnum):
    """What a field is about; ``gets`` says for whom it is."""

    PUBLIC = "public"
    CASE = "case"
    PERSONAL = "personal"
    INTERNAL = "internal"
    QUEUE = "queue"
    UNIT = "unit"
    OWN = "own"
    ACCOUNT = "account"
    PROOF = "proof"
    OPS = "ops"
    REVIEW = "review"
    ANSWER = "answer"


MEANING: Mapping[Class, str] = {
    Class.PUBLIC: "for everybody: the directory, and what one may ask for",
    Class.CASE: "whoever sees the case, by whatever way",
    Class.PERSONAL: "in clear to the writer, masked to all others who see the case; revealing it"
    " is an action with an entry in the audit log",
    Class.INTERNAL: "whoever works on the case; a writer is refused with FORBIDDEN",
    Class.QUEUE: "those who work on cases; it answers with the cases that the reader sees",
    Class.UNIT: "those who work for the unit: with a role for it, for one above it or for the whole"
    " city; of figures of few letters, only these are told",
    Class.OWN: "the account itself, whatever its roles; it answers with what the account wrote",
    Class.ACCOUNT: "a citizen's account itself, and nobody else about it",
    Class.PROOF: "whoever has number and query code, and then as the writer, whatever their role",
    Class.OPS: "the role OPS; a run by its id is not there for anybody else",
    Class.REVIEW: "the roles REVIEWER and SUPERVISOR; it answers with the cases that they see",
    Class.ANSWER: "whoever sent the mutation; the process table says who may (docs/workflow.md),"
    " and a case in it is one that they see",
}


def gets(one: Class, reader: Reader) -> Gets:
    """What ``reader`` gets of the fields of this class, about the ordinary case."""
    if reader.by_key:
        return _by_a_key(one, reader)
    if one is Class.PUBLIC or one is Class.ANSWER:
        return YES
    if one in _BY_ROLE:
        return YES if _BY_ROLE[one](reader) else REFUSED
    if one is Class.PROOF:
        return YES if reader.has_code else NOTHING
    return _of_a_case(one, reader) if reader.sees else NOTHING


_BY_ROLE: Mapping[Class, Callable[[Reader], object]] = {
    Class.QUEUE: lambda reader: reader.works_on_cases,
    Class.UNIT: lambda reader: (
        reader.works_on_cases and reader.unit in (None, CITY, DISTRICT, RIVER)
    ),
    Class.OWN: lambda reader: reader.subject,
    Class.ACCOUNT: lambda reader: Role.CITIZEN in reader.roles,
    Class.OPS: lambda reader: Role.OPS in reader.roles,
    Class.REVIEW: lambda reader: {Role.REVIEWER, Role.SUPERVISOR} & set(reader.roles),
}


def _of_a_case(one: Class, reader: Reader) -> Gets:
    if one is Class.INTERNAL:
        return YES if reader.is_staff else REFUSED
    if one is Class.PERSONAL:
        return YES if reader.is_writer else MASKED
    return YES


def _by_a_key(one: Class, reader: Reader) -> Gets:
    """Of such a class the fields that the widget's operations have, and no others."""
    if one in {Class.CASE, Class.PROOF}:
        return Gets.WIDGET if reader.sees else NOTHING
    return Gets.WIDGET if one in {Class.PUBLIC, Class.ANSWER} else REFUSED


def rows(one: Class, kind: str, fields: str) -> dict[str, Class]:
    """A class for these fields of a type."""
    return {f"{kind}.{field}": one for field in fields.split()}
