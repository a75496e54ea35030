"""Media types: what a client can read, and what it may send."""

from __future__ import annotations

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.negotiation import (
    JSON,
    RESPONSE_JSON,
    asked_explicitly_for_json,
    check_request_type,
    response_type,
)

pytestmark = pytest.mark.ring("test")


def _request(**headers: str | None) -> Request:
    named = [
        (name.replace("_", "-").encode(), value.encode("latin-1"))
        for name, value in headers.items()
        if value is not None
    ]
    return Request({"type": "http", "method": "POST", "headers": named})


#    Accept                                                   answer; None: 406   JSON by name
ACCEPT = (
    (None,                                                    JSON,               False),
    ("*/*",                                                   JSON,               False),
    ("application/json",                                      JSON,               True),
    ("APPLICATION/JSON",                                      JSON,               True),
    ("application/json; charset=utf-8",                       JSON,               True),
    ("application/*",                                         RESPONSE_JSON,      False),
    (RESPONSE_JSON,                                           RESPONSE_JSON,      False),
    (f"{RESPONSE_JSON}, application/json;q=0.9",              RESPONSE_JSON,      True),
    (f"{RESPONSE_JSON};q=0.5, application/json",              JSON,               True),
    (f"application/json, {RESPONSE_JSON}",                    JSON,               True),
    (f"text/html, {RESPONSE_JSON};q=0.1",                     RESPONSE_JSON,      False),
    ("text/html, application/xhtml+xml, */*;q=0.8",           JSON,               False),
    ("image/png",                                             None,               False),
    ("text/html",                                             None,               False),
    ("application/json;q=0",                                  None,               False),
    ("application/json;q=nan",                                None,               False),
    ("application/json;q=viel",                               None,               False),
    (",;,",                                                   None,               False),
)  # fmt: skip


@pytest.mark.parametrize(("accept", "answer", "by_name"), ACCEPT)
def test_the_answer_is_the_best_that_is_accepted(
    accept: str | None, answer: str | None, by_name: bool
) -> None:
    request = _request(accept=accept)
    assert asked_explicitly_for_json(request) is by_name
    if answer is not None:
        assert response_type(request) == answer
        return
    with pytest.raises(HTTPException) as refused:
        response_type(request)
    assert refused.value.status_code == 406


#    Content-Type                              taken
CONTENT = (
    ("application/json",                       True),
    ("Application/JSON",                       True),
    ("application/json;charset=utf-8",         True),
    ("application/json; charset=UTF-8",        True),
    ('application/json; charset="utf-8"',      True),
    (None,                                     False),
    ("",                                       False),
    ("text/plain",                             False),
    ("application/json; charset=latin-1",      False),
    ("application/graphql",                    False),
    ("multipart/form-data; boundary=x",        False),
    ("application/x-www-form-urlencoded",      False),
    ("text/plain; application/json",           False),
)  # fmt: skip


@pytest.mark.parametrize(("content_type", "taken"), CONTENT)
def test_a_body_is_json_in_utf_8(content_type: str | None, taken: bool) -> None:
    request = _request(content_type=content_type)
    if taken:
        check_request_type(request)
        return
    with pytest.raises(HTTPException) as refused:
        check_request_type(request)
    assert refused.value.status_code == 415
