"""Citizens sign in by telephone over HTTP, and reach what is theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from domain.media import Medium
from domain.words import Role
from services.functions.messages import Message
from storage import mongo
from tests.api.access_cases import WALKING, client_of, sample_readers, signed_in_town
from tests.api.access_matrix import MATRIX, Class, Gets, Reader, gets
from tests.api.citizens import (
    ASK,
    ERRORS,
    REFRESH,
    VIEWER,
    code_for,
    new_phone,
    signed_in,
)
from tests.api.clients import Client, Town
from tests.api.conftest import open_town

pytestmark = pytest.mark.ring("test")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town where citizens sign in."""
    async for one in signed_in_town(mongo_uri, driver):
        yield one


async def test_a_code_signs_in_and_the_viewer_is_the_account(town: Town) -> None:
    li = await signed_in(town)
    letter = await town.letter(li.client)
    viewer = (await li.client.ask(VIEWER))["viewer"]
    assert viewer["phone"] == "**********" + li.phone[-4:]
    assert viewer["sessions"] == [
        {"id": li.tokens["session"]["id"], "deviceName": "手机", "current": True}
    ]
    assert viewer["cases"]["edges"] == [{"node": {"number": letter.number}}]
    assert viewer["notificationPreferences"] == {"push": True, "smsCopy": False}
    other = await signed_in(town)
    assert (await other.client.ask(VIEWER))["viewer"]["cases"]["edges"] == []


async def test_a_session_that_was_signed_out_is_refused_at_once(town: Town) -> None:
    li = await signed_in(town)
    text = f"mutation($input: SignOutInput!) {{ signOut(input: $input) {{ ended {ERRORS} }} }}"
    assert (await li.client.ask(text, input={}))["signOut"] == {"ended": 1, "errors": []}
    assert (await li.client.send(VIEWER)).status == 401


async def test_signing_out_everywhere_ends_every_session(town: Town) -> None:
    li = await signed_in(town)
    text = f"""mutation($input: SignOutEverywhereInput!) {{
        signOutEverywhere(input: $input) {{ ended {ERRORS} }} }}"""
    refused = (await li.client.ask(text, input={"confirm": False}))["signOutEverywhere"]
    assert [error["field"] for error in refused["errors"]] == ["confirm"]
    done = (await li.client.ask(text, input={"confirm": True}))["signOutEverywhere"]
    assert done == {"ended": 1, "errors": []}
    assert (await li.client.send(VIEWER)).status == 401


async def test_a_refresh_token_needs_no_access_token(town: Town) -> None:
    li = await signed_in(town)
    given = {"refreshToken": li.tokens["refreshToken"]}
    fresh = (await town.citizen.ask(REFRESH, input=given))["refreshSession"]
    assert fresh["errors"] == []
    assert fresh["refreshToken"] != li.tokens["refreshToken"]
    assert (await Client(town.http, fresh["accessToken"]).ask(VIEWER))["viewer"]["phone"]
    town.clock.later = timedelta(minutes=2)
    stolen = (await town.citizen.ask(REFRESH, input=given))["refreshSession"]
    assert [error["code"] for error in stolen["errors"]] == ["UNAUTHENTICATED"]
    assert stolen["accessToken"] is None
    assert (await li.client.send(VIEWER)).status == 401


async def test_ops_see_that_a_code_was_sent_and_not_which(town: Town) -> None:
    phone = new_phone()
    code = await code_for(town, phone)
    text = "{ outbox(first: 100) { edges { node { about to text } } } }"
    answer = await town.person(Role.OPS).send(text)
    assert code not in answer.response.text
    assert phone not in answer.response.text
    assert "SIGN_IN" in answer.response.text


async def test_production_puts_no_code_into_an_outbox(
    mongo_uri: str, driver: mongo.Driver, town: Town
) -> None:
    production = {"environment": "production", "secrets": town.settings.secrets}
    async for city in open_town(mongo_uri, driver, **production):
        given = {"phone": "13800138000", "idempotencyKey": "k"}
        payload = (await city.citizen.ask(ASK, input=given))["requestSignInCode"]
        assert [error["code"] for error in payload["errors"]] == ["ACTION_NOT_ALLOWED"]
        assert await city.office.outbox.newest(5) == []


async def test_without_a_key_nobody_signs_in_and_nothing_is_published(
    mongo_uri: str, driver: mongo.Driver
) -> None:
    async for city in open_town(mongo_uri, driver):
        given = {"phone": "13800138000", "idempotencyKey": "k"}
        payload = (await city.citizen.ask(ASK, input=given))["requestSignInCode"]
        assert [error["code"] for error in payload["errors"]] == ["ACTION_NOT_ALLOWED"]
        assert (await city.http.get("/.well-known/jwks.json")).json() == {"keys": []}


async def test_a_letter_is_claimed_and_is_in_the_list_then(town: Town) -> None:
    li, letter = await signed_in(town), await town.letter()
    payload = await li.client.do("claimCase", **letter.proof, idempotencyKey="c")
    assert payload["errors"] == []
    listed = (await li.client.ask(VIEWER))["viewer"]["cases"]["edges"]
    assert listed == [{"node": {"number": letter.number}}]
    zhao = await signed_in(town)
    refused = await zhao.client.do("claimCase", **letter.proof, idempotencyKey="c")
    assert [error["code"] for error in refused["errors"]] == ["ACTION_NOT_ALLOWED"]


CHANGED = """query($since: String) { changedCases(first: 10, since: $since) {
    since pageInfo { hasNextPage } edges { node { number stage version } } } }"""


async def test_an_app_that_was_offline_hears_what_changed(town: Town) -> None:
    li = await signed_in(town)
    old, other = await town.letter(li.client), await town.letter(li.client)
    first = (await li.client.ask(CHANGED))["changedCases"]
    assert [e["node"]["number"] for e in first["edges"]] == [old.number, other.number]
    town.clock.later = timedelta(minutes=5)
    quiet = (await li.client.ask(CHANGED, since=first["since"]))["changedCases"]
    # They were too young then to be relied on, and are told once more.
    again = (await li.client.ask(CHANGED, since=quiet["since"]))["changedCases"]
    assert again["edges"] == []
    await town.walk(old, "ACCEPT")
    changed = (await li.client.ask(CHANGED, since=again["since"]))["changedCases"]
    assert changed["edges"] == [{"node": {"number": old.number, "stage": "REVIEW", "version": 2}}]


@pytest.mark.parametrize("since", ["", "x", "bnVsbA", "W10", "€"])
async def test_a_mark_that_we_did_not_give_is_refused(town: Town, since: str) -> None:
    li = await signed_in(town)
    answer = await li.client.send(CHANGED, since=since)
    assert answer.code == "BAD_USER_INPUT" or answer.code == "INVALID_INPUT"


async def test_devices_and_preferences_over_the_api(town: Town) -> None:
    li = await signed_in(town)
    text = f"""mutation($input: RegisterDeviceInput!) {{
        registerDevice(input: $input) {{ device {{ id platform }} {ERRORS} }} }}"""
    given = {"platform": "FCM", "token": "token-of-the-app", "idempotencyKey": "d"}
    [one, again] = [(await li.client.ask(text, input=given))["registerDevice"] for _ in range(2)]
    assert one == again
    assert (await li.client.ask(VIEWER))["viewer"]["devices"] == [one["device"]]
    text = f"""mutation($input: SetNotificationPreferencesInput!) {{
        setNotificationPreferences(input: $input) {{
            preferences {{ push smsCopy }} {ERRORS} }} }}"""
    done = (await li.client.ask(text, input={"smsCopy": True}))["setNotificationPreferences"]
    assert done["preferences"] == {"push": True, "smsCopy": True}
    text = f"""mutation($input: RemoveDeviceInput!) {{
        removeDevice(input: $input) {{ device {{ id }} {ERRORS} }} }}"""
    removing = {"deviceId": one["device"]["id"]}
    zhao = await signed_in(town)
    refused = (await zhao.client.ask(text, input=removing))["removeDevice"]
    assert [error["code"] for error in refused["errors"]] == ["NOT_FOUND"]
    await li.client.ask(text, input=removing)
    assert (await li.client.ask(VIEWER))["viewer"]["devices"] == []


async def test_an_account_is_exported_and_erased(town: Town) -> None:
    li = await signed_in(town)
    letter = await town.letter(li.client, writer={"name": "李小明", "phone": li.phone})
    data = (await li.client.ask("{ exportMyData { data } }"))["exportMyData"]["data"]
    [exported] = data["letters"]
    assert (exported["number"], exported["writer"]["name"]) == (letter.number, "李小明")
    assert data["account"]["phone"] == "+86" + li.phone
    text = f"""mutation($input: EraseMyAccountInput!) {{
        eraseMyAccount(input: $input) {{ letters {ERRORS} }} }}"""
    kept = (await li.client.ask(text, input={"confirm": False}))["eraseMyAccount"]
    assert [error["code"] for error in kept["errors"]] == ["INVALID_INPUT"]
    done = (await li.client.ask(text, input={"confirm": True}))["eraseMyAccount"]
    assert done == {"letters": 1, "errors": []}
    assert (await li.client.send(VIEWER)).status == 401
    new = await signed_in(town, li.phone, "again")
    assert (await new.client.ask(VIEWER))["viewer"]["cases"]["edges"] == []


async def test_one_request_makes_one_export_however_often_it_asks(town: Town) -> None:
    li = await signed_in(town)
    many = " ".join(f"a{n}: exportMyData {{ data }}" for n in range(40))
    got = await li.client.ask(f"{{ {many} }}")
    assert len(got) == 40
    data = (await li.client.ask("{ exportMyData { data } }"))["exportMyData"]["data"]
    assert [event["what"] for event in data["events"]] == ["DATA_EXPORTED"] * 2


ACCOUNT_FIELDS = [name for name, one in MATRIX.items() if one is Class.ACCOUNT]
_ASKED = {
    "Query.changedCases": "{ found: changedCases(first: 1) { since } }",
    "Query.exportMyData": "{ found: exportMyData { data } }",
    "Viewer.phone": "{ viewer { phone } }",
    "Viewer.sessions": "{ viewer { sessions { id } } }",
    "Viewer.devices": "{ viewer { devices { id } } }",
    "Viewer.notificationPreferences": "{ viewer { notificationPreferences { push } } }",
}


def test_every_way_to_an_account_is_asked() -> None:
    roots = {name for name in ACCOUNT_FIELDS if name.partition(".")[0] in ("Query", "Viewer")}
    assert roots == _ASKED.keys()


@pytest.mark.parametrize("field", _ASKED)
@pytest.mark.parametrize("reader", sample_readers(WALKING), ids=lambda reader: reader.name)
async def test_a_reader_gets_of_an_account_what_the_matrix_says(
    town: Town, reader: Reader, field: str
) -> None:
    answer = await client_of(town, reader).send(_ASKED[field])
    refused = answer.code in {"UNAUTHENTICATED", "FORBIDDEN"}
    assert refused == (gets(MATRIX[field], reader) is Gets.REFUSED)
    assert refused or not answer.errors


@pytest.mark.parametrize("text", ["{ exportMyData { data } }", CHANGED, "{ viewer { phone } }"])
async def test_only_citizens_have_an_account_here(town: Town, text: str) -> None:
    assert (await town.citizen.send(text)).code == "UNAUTHENTICATED"
    assert (await town.person(Role.INTAKE).send(text)).code == "FORBIDDEN"


async def test_no_secret_of_signing_in_is_logged(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    li = await signed_in(town)
    given = {"refreshToken": li.tokens["refreshToken"]}
    await town.citizen.ask(REFRESH, input=given)
    assert caplog.records
    for secret in (li.phone, li.tokens["refreshToken"], li.tokens["accessToken"]):
        assert secret not in caplog.text


def test_a_message_shows_neither_text_nor_number() -> None:
    shown = repr(Message("id", Medium.SMS, "+8613800138000", "code 123456"))
    assert "138" not in shown
    assert "123456" not in shown
