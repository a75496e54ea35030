"""Ops register partners, change them, give them keys and end them; all of it is recorded."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.words import Role
from services.partners.keys import digest_of
from tests.api.clients import Town
from tests.api.portals import (
    DISTRICT_HEAD,
    MAYOR,
    ORIGIN,
    PARTNER,
    another_key,
    fresh_key,
    ordered,
    registered,
)

pytestmark = pytest.mark.ring("test")

NEW: dict[str, Any] = {
    "name": "天府社区网",
    "nameEn": "Tianfu Communities",
    "origins": [ORIGIN],
    "mailboxIds": [MAYOR],
}
ALL = f"query($id: ID!) {{ partner(id: $id) {PARTNER} }}"


async def test_a_partner_is_registered_once_for_one_idempotency_key(town: Town) -> None:
    ops, key = town.person(Role.OPS), fresh_key()
    first = await ordered(ops, "registerPartner", **NEW, idempotencyKey=key)
    again = await ordered(ops, "registerPartner", **NEW, idempotencyKey=key)
    assert first == again
    assert first["partner"]["mailboxes"] == [{"id": MAYOR}]
    assert (first["partner"]["version"], first["partner"]["keys"]) == (1, [])
    other = {**NEW, "nameEn": "Other", "idempotencyKey": key}
    refused = await ordered(ops, "registerPartner", **other)
    assert [error["code"] for error in refused["errors"]] == ["DUPLICATE"]
    recorded = await town.office.audit.of_partner(first["partner"]["id"])
    assert [(what, who) for _, what, who, _ in recorded] == [("REGISTER_PARTNER", "ops")]


async def test_ten_at_once_with_one_key_are_one_partner_with_one_key(town: Town) -> None:
    ops, key = town.person(Role.OPS), fresh_key()
    told = {**NEW, "idempotencyKey": key}
    made = await asyncio.gather(*(ordered(ops, "registerPartner", **told) for _ in range(10)))
    [partner] = {one["partner"]["id"] for one in made}
    given = {"partnerId": partner, "idempotencyKey": fresh_key()}
    issued = await asyncio.gather(*(ordered(ops, "issuePartnerKey", **given) for _ in range(10)))
    assert len({one["secret"] for one in issued}) == 1
    assert len((await ops.ask(ALL, id=partner))["partner"]["keys"]) == 1


BAD: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"name": ""}, "INVALID_INPUT", "name"),
    ({"nameEn": "x" * 101}, "INVALID_INPUT", "nameEn"),
    ({"origins": []}, "INVALID_INPUT", "origins"),
    ({"origins": ["http://portal.example.org"]}, "INVALID_INPUT", "origins"),
    ({"origins": ["*"]}, "INVALID_INPUT", "origins"),
    ({"mailboxIds": []}, "INVALID_INPUT", "mailboxIds"),
    ({"mailboxIds": ["nonsense"]}, "INVALID_INPUT", "mailboxIds"),
    ({"idempotencyKey": ""}, "INVALID_INPUT", "idempotencyKey"),
    ({"quota": {"perMinute": 0}}, "INVALID_INPUT", "quota.perMinute"),
    ({"quota": {"lettersPerHour": 10_001}}, "INVALID_INPUT", "quota.lettersPerHour"),
)


@pytest.mark.parametrize(("given", "code", "field"), BAD, ids=lambda one: str(one)[:40])
async def test_what_cannot_be_a_partner_is_refused(
    town: Town, given: dict[str, Any], code: str, field: str
) -> None:
    told = {**NEW, "idempotencyKey": fresh_key(), **given}
    payload = await ordered(town.person(Role.OPS), "registerPartner", **told)
    assert payload["partner"] is None
    assert [(one["code"], one["field"]) for one in payload["errors"]] == [(code, field)]


async def test_a_mailbox_that_is_not_there_is_refused(town: Town) -> None:
    from tests.api.actions import mailbox_id

    told = {**NEW, "idempotencyKey": fresh_key(), "mailboxIds": [mailbox_id("99/HEAD")]}
    payload = await ordered(town.person(Role.OPS), "registerPartner", **told)
    assert [one["code"] for one in payload["errors"]] == ["NOT_FOUND"]


async def test_a_change_moves_the_version_and_says_what_it_is_now(town: Town) -> None:
    portal, ops = await registered(town), town.person(Role.OPS)
    given = {"partnerId": portal.id, "nameEn": "Tianfu", "perMinute": 7, "version": 2}
    changed = (await ordered(ops, "changePartner", **given))["partner"]
    assert (changed["nameEn"], changed["version"]) == ("Tianfu", 3)
    assert changed["quota"] == {"perMinute": 7, "perDay": 100_000, "lettersPerHour": 60}
    assert (changed["name"], changed["origins"]) == (NEW["name"], NEW["origins"])
    stale = await ordered(ops, "changePartner", **{**given, "perMinute": 8})
    assert [(one["code"], one["field"]) for one in stale["errors"]] == [("STALE_CASE", "version")]
    nothing = {"partnerId": portal.id, "nameEn": "Tianfu"}
    assert (await ordered(ops, "changePartner", **nothing))["partner"]["version"] == 3
    recorded = await town.office.audit.of_partner(portal.id)
    assert [what for _, what, _, _ in recorded] == [
        "REGISTER_PARTNER",
        "ISSUE_PARTNER_KEY",
        "CHANGE_PARTNER",
    ]
    assert "per_minute=7" in recorded[-1][3]["quota"]


async def test_a_key_is_shown_once_and_lies_nowhere_in_clear(town: Town) -> None:
    portal, ops, key = await registered(town), town.person(Role.OPS), fresh_key()
    given = {"partnerId": portal.id, "idempotencyKey": key}
    issued = await ordered(ops, "issuePartnerKey", **given)
    secret = issued["secret"]
    assert secret.startswith("lzp_")
    assert len(secret) == len("lzp_") + 43  # 256 bits in base64
    assert secret.startswith(issued["key"]["shown"])
    assert len(issued["key"]["shown"]) == 8
    repeated = await ordered(ops, "issuePartnerKey", **given)
    assert (repeated["secret"], repeated["key"]) == (secret, issued["key"])
    assert secret not in str(await ops.ask(ALL, id=portal.id))
    for name in await town.database.list_collection_names():
        async for document in town.database[name].find():
            assert secret not in str(document), name
    recorded = str(await town.office.audit.of_partner(portal.id))
    assert secret not in recorded
    stored = await town.database["partners"].find_one({"_id": portal.id})
    assert stored is not None
    assert stored["keys"][1]["digest"] == digest_of(town.office.access, secret)


async def test_no_more_than_five_keys_are_good_at_once(town: Town) -> None:
    portal = await registered(town)
    for _ in range(4):
        await another_key(town, portal.id)
    given = {"partnerId": portal.id, "idempotencyKey": fresh_key()}
    payload = await ordered(town.person(Role.OPS), "issuePartnerKey", **given)
    assert payload["secret"] is None
    assert [one["code"] for one in payload["errors"]] == ["ACTION_NOT_ALLOWED"]


async def test_a_key_that_would_be_over_already_is_refused(town: Town) -> None:
    portal = await registered(town)
    past = (town.clock() - timedelta(seconds=1)).isoformat()
    given = {"partnerId": portal.id, "idempotencyKey": fresh_key(), "expiresAt": past}
    payload = await ordered(town.person(Role.OPS), "issuePartnerKey", **given)
    assert [one["field"] for one in payload["errors"]] == ["expiresAt"]


async def test_a_revoked_partner_gets_no_key_and_is_not_changed(town: Town) -> None:
    portal, ops = await registered(town), town.person(Role.OPS)
    first = await ordered(ops, "revokePartner", partnerId=portal.id)
    assert first["partner"]["revokedAt"]
    assert await ordered(ops, "revokePartner", partnerId=portal.id) == first
    key = {"partnerId": portal.id, "idempotencyKey": fresh_key()}
    change = {"partnerId": portal.id, "perMinute": 5}
    for name, given in (("issuePartnerKey", key), ("changePartner", change)):
        payload = await ordered(ops, name, **given)
        assert [one["code"] for one in payload["errors"]] == ["ACTION_NOT_ALLOWED"]


ORDERS: dict[str, dict[str, Any]] = {
    "registerPartner": {**NEW, "idempotencyKey": "x"},
    "changePartner": {"partnerId": "p", "perMinute": 5},
    "revokePartner": {"partnerId": "p"},
    "issuePartnerKey": {"partnerId": "p", "idempotencyKey": "x"},
    "revokePartnerKey": {"partnerId": "p", "keyId": "k"},
    "subscribeWebhook": {
        "partnerId": "p",
        "url": "https://hooks.example.org",
        "events": ["REPLIED"],
        "idempotencyKey": "x",
    },
    "endWebhook": {"webhookId": "w"},
    "replayWebhookDelivery": {"deliveryId": "d"},
}


@pytest.mark.parametrize("name", ORDERS)
async def test_orders_are_for_ops_alone(town: Town, name: str) -> None:
    refused = await ordered(town.citizen, name, **ORDERS[name])
    assert [one["code"] for one in refused["errors"]] == ["UNAUTHENTICATED"]
    for role in set(Role) - {Role.OPS}:
        refused = await ordered(town.person(role), name, **ORDERS[name])
        assert [one["code"] for one in refused["errors"]] == ["FORBIDDEN"], role


@pytest.mark.parametrize("name", sorted(set(ORDERS) - {"registerPartner"}))
async def test_what_is_not_there_is_not_found(town: Town, name: str) -> None:
    given = {**ORDERS[name]}
    if "idempotencyKey" in given:
        given["idempotencyKey"] = fresh_key()
    payload = await ordered(town.person(Role.OPS), name, **given)
    assert [one["code"] for one in payload["errors"]] == ["NOT_FOUND"]


async def test_partners_are_listed_for_ops_alone(town: Town) -> None:
    portal = await registered(town, mailboxIds=[MAYOR, DISTRICT_HEAD])
    text = f"{{ partners(last: 1) {{ totalCount edges {{ node {PARTNER} }} }} }}"
    found = (await town.person(Role.OPS).ask(text))["partners"]
    assert found["edges"][0]["node"]["id"] == portal.id
    assert found["totalCount"] >= 1
    one = "query($id: ID!) { partner(id: $id) { id } }"
    for asked, given in ((text, {}), (one, {"id": portal.id})):
        assert (await town.citizen.send(asked, **given)).code == "UNAUTHENTICATED"
        assert (await town.person(Role.SUPERVISOR).send(asked, **given)).code == "FORBIDDEN"
    assert (await town.person(Role.OPS).ask(one, id="none")) == {"partner": None}
