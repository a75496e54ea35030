"""Headers say who asks and in which language; the tables are aligned so that they can be read."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from api.app import now
from api.auth import actor_of, language_of
from api.tokens import DEVELOPMENT_ISSUER, DEVELOPMENT_KEY, DevelopmentIssuer, Verifier
from domain.actors import ANONYMOUS, Actor
from domain.words import Role

pytestmark = pytest.mark.ring("test")

ISSUER = DevelopmentIssuer(b"t" * 32)
VERIFIER = Verifier(DEVELOPMENT_ISSUER, {DEVELOPMENT_KEY: ISSUER.public_key()})
TOKEN = ISSUER.issue("wang", (Role.HANDLER,), "510101", now())
WANG = Actor(frozenset({Role.HANDLER}), "wang", "510101")

#    Accept-Language                        language
LANGUAGES = (
    (None,                                  "zh"),
    ("",                                    "zh"),
    ("zh",                                  "zh"),
    ("en",                                  "en"),
    ("EN",                                  "en"),
    ("en-US",                               "en"),
    ("zh-CN",                               "zh"),
    ("zh-Hant-TW",                          "zh"),
    ("zh-CN;q=0.5,en;q=0.9",                "en"),
    ("en;q=0.5, zh;q=0.9",                  "zh"),
    ("zh-CN,zh;q=0.9,en;q=0.8",             "zh"),
    ("en-GB,en;q=0.9,zh;q=0.8",             "en"),
    ("fr,de;q=0.9",                         "zh"),
    ("fr, en;q=0.1",                        "en"),
    ("en;q=0",                              "zh"),
    ("zh;q=0, en;q=0.1",                    "en"),
    ("en, zh",                              "en"),
    ("*",                                   "zh"),
    ("english",                             "zh"),
    ("en;q=viel",                           "zh"),
    ("en;q=nan",                            "zh"),
    ("en;level=1",                          "zh"),
    (";;;,,,",                              "zh"),
    ("\x00",                                "zh"),
    ("en" + ",fr" * 10_000,                 "en"),
)  # fmt: skip


@pytest.mark.parametrize(("header", "language"), LANGUAGES, ids=lambda value: repr(value)[:40])
def test_the_language_is_the_best_of_those_accepted(header: str | None, language: str) -> None:
    given = {} if header is None else {"accept-language": header}
    assert language_of(Headers(given)) == language


#    Authorization               actor; None: refused
TOKENS = (
    (None,                       ANONYMOUS),
    (f"Bearer {TOKEN}",          WANG),
    (f"bearer   {TOKEN} ",       WANG),
    ("",                         None),
    ("Bearer",                   None),
    ("Bearer ",                  None),
    (TOKEN,                      None),
    (f"Basic {TOKEN}",           None),
    (f"Bearer {TOKEN}x",         None),
    (f"Bearer {TOKEN} {TOKEN}",  None),
    ("Bearer \xff\xfe",          None),
)  # fmt: skip


@pytest.mark.parametrize(("header", "actor"), TOKENS, ids=lambda value: repr(value)[:30])
async def test_the_bearer_of_a_token_is_who_it_says(
    header: str | None, actor: Actor | None
) -> None:
    headers = Headers({} if header is None else {"authorization": header})
    if actor is not None:
        assert await actor_of(headers, VERIFIER) == actor
        return
    with pytest.raises(HTTPException) as refused:
        await actor_of(headers, VERIFIER)
    assert refused.value.status_code == 401
    assert refused.value.headers == {"WWW-Authenticate": "Bearer"}


async def test_a_verifier_without_keys_believes_nobody() -> None:
    with pytest.raises(HTTPException):
        await actor_of(
            Headers({"authorization": f"Bearer {TOKEN}"}), Verifier(DEVELOPMENT_ISSUER, {})
        )
