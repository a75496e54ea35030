"""Citizens who sign in by telephone, in a town where that is possible."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from storage import mongo
from tests.api.clients import Client, Town
from tests.api.conftest import SECRETS, open_town

ACCOUNT_KEY = b"k" * 32
ERRORS = "errors { code field message }"
ASK = f"""mutation($input: RequestSignInCodeInput!) {{
    requestSignInCode(input: $input) {{ expiresAt resendAt {ERRORS} }} }}"""
TOKENS = f"accessToken accessExpiresAt refreshToken session {{ id current }} {ERRORS}"
SIGN_IN = f"mutation($input: SignInInput!) {{ signIn(input: $input) {{ {TOKENS} }} }}"
REFRESH = f"""mutation($input: RefreshSessionInput!) {{
    refreshSession(input: $input) {{ {TOKENS} }} }}"""
VIEWER = """{ viewer { subject phone sessions { id deviceName current } devices { id platform }
    notificationPreferences { push smsCopy } cases(first: 5) { edges { node { number } } } } }"""
_numbers = iter(range(13800130000, 13800139999))


def town_of_citizens(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town where citizens sign in."""
    secrets = replace(SECRETS, account_key=ACCOUNT_KEY)
    return open_town(mongo_uri, driver, secrets=secrets)


def new_phone() -> str:
    """A telephone that nobody has used yet."""
    return str(next(_numbers))


@dataclass(frozen=True)
class Citizen:
    """Somebody who is signed in."""

    client: Client
    phone: str
    tokens: dict[str, Any]


async def code_for(town: Town, phone: str, key: str = "k") -> str:
    """The code that was sent to this telephone last, as the developer finds it."""
    given = {"phone": phone, "idempotencyKey": key}
    payload = (await town.citizen.ask(ASK, input=given))["requestSignInCode"]
    assert payload["errors"] == []
    return await code_sent(town, phone)


async def code_sent(town: Town, phone: str) -> str:
    """What was sent to this telephone last."""
    sent = next(one for one in await town.office.outbox.newest(50) if one.to.endswith(phone))
    found = re.search(r"(?<!\d)\d{6}(?!\d)", sent.text)
    assert found
    return found[0]


async def signed_in(town: Town, phone: str | None = None, key: str = "k") -> Citizen:
    phone = phone or new_phone()
    given = {"phone": phone, "code": await code_for(town, phone, key), "deviceName": "手机"}
    payload = (await town.citizen.ask(SIGN_IN, input=given))["signIn"]
    assert payload["errors"] == []
    return Citizen(Client(town.http, payload["accessToken"]), phone, payload)
