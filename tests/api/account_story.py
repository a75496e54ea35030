"""A citizen's account from the first code to its end, in the operations of the released app."""

from __future__ import annotations

from typing import Any

from tests.api.citizens import code_sent, new_phone
from tests.api.clients import Client, Town
from tests.api.stories import Story


async def with_an_account(story: Story, town: Town) -> None:
    """Signs in, stays so, takes a letter in, is notified, looks at it all, and leaves."""
    phone = new_phone()
    payload = await _signed_in(story, town, phone)
    refresh = {"refreshToken": payload["refreshToken"]}
    fresh = (await story.run(town.citizen, "RefreshSession", input=refresh))["refreshSession"]
    assert fresh["session"]["id"] == payload["session"]["id"]
    li = Client(town.http, fresh["accessToken"])
    await _claiming(story, town, li)
    await _being_notified(story, li)
    await _looking(story, li, phone)
    ended = (await story.run(li, "SignOut", input={}))["signOut"]
    assert ended == {"ended": 1, "errors": []}
    assert (await story.send(li, "MyAccount", first=1)).status == 401
    await _leaving(story, town, phone)


async def _signed_in(story: Story, town: Town, phone: str, key: str = "one") -> dict[str, Any]:
    asked = {"phone": phone, "idempotencyKey": key}
    sent = (await story.run(town.citizen, "RequestSignInCode", input=asked))["requestSignInCode"]
    assert sent["errors"] == []
    given = {"phone": phone, "code": await code_sent(town, phone), "deviceName": "手机"}
    payload: dict[str, Any] = (await story.run(town.citizen, "SignIn", input=given))["signIn"]
    assert (payload["errors"], payload["session"]["deviceName"]) == ([], "手机")
    return payload


async def _claiming(story: Story, town: Town, li: Client) -> None:
    letter = await town.letter()
    case = await story.done(li, "ClaimCase", **letter.proof, idempotencyKey="claim")
    assert case["number"] == letter.number
    told = (await story.run(li, "ChangedCases", first=5))["changedCases"]
    assert [edge["node"] for edge in told["edges"]] == [case]
    again = (await story.run(li, "ChangedCases", first=5, since=told["since"]))["changedCases"]
    assert again["pageInfo"] == {"hasNextPage": False}


async def _being_notified(story: Story, li: Client) -> None:
    app = {"platform": "APNS", "token": "token-of-the-app", "idempotencyKey": "device"}
    device = (await story.run(li, "RegisterDevice", input=app))["registerDevice"]["device"]
    wished = await story.run(li, "SetNotificationPreferences", input={"smsCopy": True})
    preferences = wished["setNotificationPreferences"]["preferences"]
    assert preferences == {"push": True, "smsCopy": True}
    shown = (await story.run(li, "MyAccount", first=5))["viewer"]
    assert (shown["devices"], shown["notificationPreferences"]) == ([device], preferences)
    gone = await story.run(li, "RemoveDevice", input={"deviceId": device["id"]})
    assert gone["removeDevice"] == {"device": {"id": device["id"]}, "errors": []}


async def _looking(story: Story, li: Client, phone: str) -> None:
    shown = (await story.run(li, "MyAccount", first=5))["viewer"]
    assert (shown["devices"], shown["cases"]["totalCount"]) == ([], 1)
    assert [session["current"] for session in shown["sessions"]] == [True]
    assert shown["phone"].endswith(phone[-4:])
    data = (await story.run(li, "ExportMyData"))["exportMyData"]["data"]
    assert data["account"]["phone"].endswith(phone)
    [edge] = shown["cases"]["edges"]
    assert [one["number"] for one in data["letters"]] == [edge["node"]["number"]]


async def _leaving(story: Story, town: Town, phone: str) -> None:
    """Signed in once more; out everywhere; and a last time, to erase it all."""
    for operation, name, told in (
        ("SignOutEverywhere", "signOutEverywhere", {"ended": 1}),
        ("EraseMyAccount", "eraseMyAccount", {"letters": 1}),
    ):
        payload = await _signed_in(story, town, phone, operation)
        li = Client(town.http, payload["accessToken"])
        done = (await story.run(li, operation, input={"confirm": True}))[name]
        assert done == {**told, "errors": []}
        assert (await story.send(li, "MyAccount", first=1)).status == 401
