"""Who acts or reads: a person with roles, perhaps bound to a unit; a citizen; the system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.words import Role

STAFF = frozenset({Role.INTAKE, Role.REVIEWER, Role.HANDLER, Role.APPROVER, Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts or reads.

    ``subject`` is the account (None for an anonymous citizen); ``unit`` the code of the unit
    whose subtree the roles reach, None for the whole city; ``session`` the sign-in that is used,
    where whoever issued the token names it.
    """

    roles: frozenset[Role]
    subject: str | None = None
    unit: str | None = None
    session: str | None = field(default=None, compare=False)

    @property
    def is_anonymous(self) -> bool:
        return self.subject is None

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF)

    @property
    def account(self) -> str | None:
        """The account that letters belong to; a clerk who types one in does not own it."""
        return self.subject if Role.CITIZEN in self.roles else None

    def as_writer(self) -> Actor:
        """The same person writing letters, whatever else they may be."""
        return Actor(frozenset({Role.CITIZEN}), self.subject)

    @property
    def works_on_cases(self) -> bool:
        """Staff, and the city's own clockwork: nobody's letter is their own."""
        return self.is_staff or Role.SYSTEM in self.roles

    def first_of(self, roles: Iterable[Role]) -> Role | None:
        """The first of ``roles`` that this actor has."""
        return next((role for role in roles if role in self.roles), None)

    def reaches(self, path: tuple[str, ...]) -> bool:
        """Whether a unit with this path (codes from the city down to it) is in reach."""
        return self.unit is None or self.unit in path


ANONYMOUS = Actor(frozenset({Role.CITIZEN}))
SYSTEM = Actor(frozenset({Role.SYSTEM}), subject="system")
