"""Who acts: roles, and the reach of a unit."""

from __future__ import annotations

import pytest

from domain.actors import ANONYMOUS, SYSTEM, Actor
from domain.directory import Unit
from domain.words import Role
from tests.domain.office import CITY, DISTRICT, NEXT_DISTRICT, SQUAD, TOWNSHIP, person

pytestmark = pytest.mark.ring("test")


@pytest.mark.parametrize(
    ("of", "city", "district", "township", "squad", "elsewhere"),
    [
        (None, True, True, True, True, True),  # the whole city
        (CITY, True, True, True, True, True),
        (DISTRICT, False, True, True, True, False),
        (TOWNSHIP, False, False, True, True, False),
        (SQUAD, False, False, False, True, False),
        (NEXT_DISTRICT, False, False, False, False, True),
    ],
)
def test_a_unit_reaches_itself_and_what_is_below(
    of: Unit | None, city: bool, district: bool, township: bool, squad: bool, elsewhere: bool
) -> None:
    actor = person(Role.HANDLER, unit=of)
    units = (CITY, DISTRICT, TOWNSHIP, SQUAD, NEXT_DISTRICT)
    reached = tuple(actor.reaches(unit.path) for unit in units)
    assert reached == (city, district, township, squad, elsewhere)


def test_a_code_that_only_begins_alike_is_another_unit() -> None:
    assert not Actor(frozenset({Role.HANDLER}), "one", "510104").reaches(("5101", "5101041"))
    assert not Actor(frozenset({Role.HANDLER}), "one", "5101041").reaches(("5101", "510104"))


@pytest.mark.parametrize(
    ("role", "staff"),
    [
        (Role.CITIZEN, False),
        (Role.INTAKE, True),
        (Role.REVIEWER, True),
        (Role.HANDLER, True),
        (Role.APPROVER, True),
        (Role.SUPERVISOR, True),
        (Role.OPS, False),
        (Role.SYSTEM, False),
    ],
)
def test_staff_are_those_who_work_on_letters(role: Role, staff: bool) -> None:
    assert person(role).is_staff is staff
    assert person(Role.CITIZEN, role).is_staff is staff


def test_without_a_subject_one_is_anonymous() -> None:
    assert ANONYMOUS.is_anonymous
    assert ANONYMOUS.roles == {Role.CITIZEN}
    assert not SYSTEM.is_anonymous
    assert not person(Role.CITIZEN).is_anonymous


def test_the_first_fitting_role_is_the_askers_not_the_actors() -> None:
    actor = person(Role.SUPERVISOR, Role.INTAKE)
    assert actor.first_of((Role.INTAKE, Role.SUPERVISOR)) is Role.INTAKE
    assert actor.first_of((Role.SUPERVISOR, Role.INTAKE)) is Role.SUPERVISOR
    assert actor.first_of((Role.HANDLER,)) is None
    assert Actor(frozenset(), "nobody").first_of(tuple(Role)) is None
