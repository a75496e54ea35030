"""Who reads, for the access matrix."""

from __future__ import annotations

from dataclasses import dataclass

from domain.words import Role
from tests.api.actions import DISTRICT, EDUCATION, HILL, RIVER, SQUAD


@dataclass(frozen=True)
class Reader:
    """One row of the readers' table; they read a case that RIVER handles and EDUCATION helps."""

    name: str
    roles: tuple[Role, ...] = ()
    unit: str | None = None
    subject: str | None = None
    has_code: bool = False
    sees: bool = False
    """The ordinary case."""
    sees_confidential: bool = False
    by_telephone: bool = False
    """Signed in here by a code, where others have tokens of another issuer."""
    by_key: bool = False
    """A partner's page, with its key."""

    @property
    def is_writer(self) -> bool:
        return self.has_code or self.subject == "li"

    @property
    def works_on_cases(self) -> bool:
        return bool(self.roles) and self.roles[0] not in (Role.CITIZEN, Role.OPS)

    @property
    def reveals(self) -> bool:
        """Of a unit only its handlers, to talk to the writer."""
        may = REVEALS if self.unit is None else (Role.HANDLER,)
        return self.sees and bool(self.roles) and self.roles[0] in may

    @property
    def is_staff(self) -> bool:
        return self.works_on_cases and self.roles[0] is not Role.SYSTEM


REVEALS = (Role.INTAKE, Role.REVIEWER, Role.HANDLER, Role.SUPERVISOR)


def _staff(name: str, role: Role, unit: str | None, sees: str) -> Reader:
    both = (sees in ("both", "open"), sees == "both")
    return Reader(name, (role,), unit, role.lower(), False, *both)


READERS: tuple[Reader, ...] = (
    Reader("anonymous"),
    Reader("anonymous with number and code", has_code=True, sees=True, sees_confidential=True),
    Reader("the writer's account", (Role.CITIZEN,), None, "li", False, True, True),
    Reader("another account", (Role.CITIZEN,), None, "zhao"),
    _staff("INTAKE, whole city", Role.INTAKE, None, "open"),
    _staff("REVIEWER, whole city", Role.REVIEWER, None, "both"),
    _staff("HANDLER, whole city", Role.HANDLER, None, "both"),
    _staff("APPROVER, whole city", Role.APPROVER, None, "both"),
    _staff("SUPERVISOR, whole city", Role.SUPERVISOR, None, "both"),
    *(
        _staff(f"{role}, of the unit", role, RIVER, "open" if role is Role.INTAKE else "both")
        for role in (Role.INTAKE, Role.REVIEWER, Role.HANDLER, Role.APPROVER, Role.SUPERVISOR)
    ),
    *(
        _staff(f"{role}, of a unit above", role, DISTRICT, sees)
        for role, sees in (
            (Role.INTAKE, "open"),
            (Role.REVIEWER, "both"),
            (Role.HANDLER, "both"),
            (Role.APPROVER, "both"),
            (Role.SUPERVISOR, "both"),
        )
    ),
    *(
        _staff(f"{role}, of a unit elsewhere", role, HILL, "")
        for role in (Role.INTAKE, Role.REVIEWER, Role.HANDLER, Role.APPROVER, Role.SUPERVISOR)
    ),
    _staff("HANDLER, of a unit below", Role.HANDLER, SQUAD, ""),
    _staff("INTAKE, of a unit that is involved", Role.INTAKE, EDUCATION, "open"),
    _staff("HANDLER, of a unit that is involved", Role.HANDLER, EDUCATION, "open"),
    _staff("APPROVER, of a unit that is involved", Role.APPROVER, EDUCATION, "open"),
    Reader("OPS", (Role.OPS,), None, "ops"),
    Reader("SYSTEM", (Role.SYSTEM,), None, "system", False, True, True),
)
"""Those who come without a token or with one of the issuer for staff; whatever they ask is
carried out."""

SIGNED_IN: tuple[Reader, ...] = tuple(
    Reader(name, (Role.CITIZEN,), None, subject, False, sees, sees, by_telephone=True)
    for name, subject, sees in (
        ("the writer, signed in by telephone", "li", True),
        ("another citizen, signed in by telephone", "zhao", False),
    )
)
"""The same accounts, by the tokens that are issued here; in towns where citizens sign in."""

PARTNERS: tuple[Reader, ...] = (
    Reader("partner key", has_code=True, by_key=True),
    Reader("partner key, of what came through it", (), None, None, True, True, True, by_key=True),
)
"""Whatever else they send than the widget's operations is refused before it is looked at."""

EVERYBODY = (*READERS, *SIGNED_IN, *PARTNERS)
