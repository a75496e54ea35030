"""A partner's keys in the course of time: revoked, expired, rotated, changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.words import Role
from tests.api.clients import Town
from tests.api.partner_tries import OTHER
from tests.api.portals import DISTRICT_HEAD, ORIGIN, Portal, another_key, ordered, registered

pytestmark = pytest.mark.ring("test")


async def test_a_key_that_was_revoked_opens_nothing_at_once(town: Town) -> None:
    portal = await registered(town)
    ops = town.person(Role.OPS)
    key_id = await _only_key(town, portal)
    assert (await portal.show()).status == 200
    payload = await ordered(ops, "revokePartnerKey", partnerId=portal.id, keyId=key_id)
    assert payload["errors"] == []
    assert payload["partner"]["keys"][0]["alive"] is False
    answer = await portal.show()
    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")
    assert answer.response.headers["Access-Control-Allow-Origin"] == ORIGIN


async def test_of_a_partner_that_was_revoked_no_key_opens_anything(town: Town) -> None:
    portal = await registered(town, origins=["https://gone.example.org"])
    second = portal.with_(key=await another_key(town, portal.id))
    await ordered(town.person(Role.OPS), "revokePartner", partnerId=portal.id)
    for one in (portal, second):
        assert (await one.show()).code == "UNAUTHENTICATED"


async def test_a_key_ends_by_itself(town: Town) -> None:
    portal = await registered(town)
    ends = (town.clock() + timedelta(hours=1)).isoformat()
    short = portal.with_(key=await another_key(town, portal.id, expiresAt=ends))
    assert (await short.show()).status == 200
    town.clock.later = timedelta(hours=1, seconds=1)
    assert (await short.show()).code == "UNAUTHENTICATED"
    assert (await portal.show()).status == 200


async def test_keys_rotate_with_an_overlap(town: Town) -> None:
    old = await registered(town)
    new = old.with_(key=await another_key(town, old.id))
    at = (town.clock() + timedelta(days=7)).isoformat()
    key_id = await _only_key(town, old)
    given = {"partnerId": old.id, "keyId": key_id, "at": at}
    payload = await ordered(town.person(Role.OPS), "revokePartnerKey", **given)
    assert [key["alive"] for key in payload["partner"]["keys"]] == [True, True]
    assert [(await one.show()).status for one in (old, new)] == [200, 200]
    town.clock.later = timedelta(days=7, seconds=1)
    assert [(await one.show()).status for one in (old, new)] == [401, 200]


async def test_its_last_use_is_seen_to_the_minute(town: Town) -> None:
    portal = await registered(town)
    assert [key["lastUsedAt"] for key in await _keys(town, portal)] == [None]
    await portal.show()
    [first] = [key["lastUsedAt"] for key in await _keys(town, portal)]
    assert first
    await portal.show()
    assert [key["lastUsedAt"] for key in await _keys(town, portal)] == [first]
    town.clock.later = timedelta(minutes=2)
    await portal.show()
    assert [key["lastUsedAt"] for key in await _keys(town, portal)] != [first]


async def test_a_change_of_origins_and_mailboxes_is_felt_at_once(town: Town) -> None:
    portal = await registered(town)
    given = {"partnerId": portal.id, "origins": [OTHER], "mailboxIds": [DISTRICT_HEAD]}
    payload = await ordered(town.person(Role.OPS), "changePartner", **given)
    assert payload["partner"]["version"] == 3
    assert (await portal.show()).errors[0]["extensions"]["reason"] == "PARTNER_ORIGIN"
    moved = portal.with_(origin=OTHER)
    assert (await moved.show()).errors[0]["extensions"]["reason"] == "PARTNER_MAILBOX"
    assert (await moved.show(DISTRICT_HEAD)).status == 200


async def _keys(town: Town, portal: Portal) -> Any:
    asked = "query($id: ID!) { partner(id: $id) { keys { id lastUsedAt } } }"
    return (await town.person(Role.OPS).ask(asked, id=portal.id))["partner"]["keys"]


async def _only_key(town: Town, portal: Portal) -> str:
    """The first one's id."""
    key: str = (await _keys(town, portal))[0]["id"]
    return key
