"""By which door a letter came is known by the door, and hardly by what a client says."""

from __future__ import annotations

import pytest

from domain.actors import Actor
from domain.words import Channel, Role
from services.letter_checks import channel_of

pytestmark = pytest.mark.ring("test")

WEB, APP, WECHAT, SMS, WIDGET, PHONE = (
    Channel.WEB, Channel.APP, Channel.WECHAT, Channel.SMS, Channel.WIDGET, Channel.PHONE,
)  # fmt: skip
SAID = (WEB, APP, WECHAT, SMS, WIDGET, PHONE)


@pytest.mark.parametrize(
    ("role", "taken"),
    [
        (None,            (WEB, APP, WEB,    WEB, WEB,    WEB)),
        (Role.CITIZEN,    (WEB, APP, WEB,    WEB, WEB,    WEB)),
        (Role.INTAKE,     (WEB, APP, WEB,    WEB, WEB,    PHONE)),
        (Role.SUPERVISOR, (WEB, APP, WEB,    WEB, WEB,    PHONE)),
        (Role.SYSTEM,     (WEB, APP, WECHAT, SMS, WIDGET, PHONE)),
    ],
)  # fmt: skip
def test_a_client_is_believed_what_its_role_may_know(
    role: Role | None, taken: tuple[Channel, ...]
) -> None:
    actor = Actor(frozenset({role} if role else ()), role.value if role else None)
    assert tuple(channel_of(said, actor) for said in SAID) == taken
