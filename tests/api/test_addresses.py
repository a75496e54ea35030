"""Where a request comes from: aligned tables of what is said and what is believed."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from starlette.requests import HTTPConnection

from api.addresses import NOWHERE, address_of

pytestmark = pytest.mark.ring("test")

OURS = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))

#    peer              X-Forwarded-For                       counted as
FORWARDED = (
    ("192.0.2.1",      None,                                 "192.0.2.1"),
    ("192.0.2.1",      "198.51.100.1",                       "192.0.2.1"),      # not our proxy
    ("10.0.0.1",       None,                                 "10.0.0.1"),
    ("10.0.0.1",       "198.51.100.1",                       "198.51.100.1"),
    ("10.0.0.1",       "1.1.1.1, 198.51.100.1",              "198.51.100.1"),   # 1.1.1.1 is a lie
    ("10.0.0.1",       "198.51.100.1, 10.0.0.2",             "198.51.100.1"),   # two proxies
    ("10.0.0.1",       "10.0.0.3, 10.0.0.2",                 "10.0.0.3"),
    ("fd00::1",        "198.51.100.1",                       "198.51.100.1"),
    ("10.0.0.1",       "2001:db8:1:2:3:4:5:6",               "2001:db8:1:2::/64"),
    ("::ffff:10.0.0.1", "198.51.100.1",                      "198.51.100.1"),
    ("10.0.0.1",       "::ffff:198.51.100.1",                "198.51.100.1"),
    ("2001:db8::1",    None,                                 "2001:db8::/64"),
    ("10.0.0.1",       "",                                   "10.0.0.1"),
    ("10.0.0.1",       "unknown",                            NOWHERE),
    ("10.0.0.1",       "198.51.100.1:4711",                  NOWHERE),
    ("10.0.0.1",       "<script>",                           NOWHERE),
    ("10.0.0.1",       "1.1.1.1," * 10_000 + "198.51.100.1", "198.51.100.1"),
    ("",               None,                                 NOWHERE),
    ("a name",         None,                                 NOWHERE),
)  # fmt: skip


@pytest.mark.parametrize(("peer", "forwarded", "counted"), FORWARDED, ids=lambda v: repr(v)[:30])
def test_an_address_is_believed_as_far_as_our_own_proxies_wrote_it(
    peer: str, forwarded: str | None, counted: str
) -> None:
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    connection = HTTPConnection({"type": "http", "client": (peer, 1), "headers": headers})
    assert address_of(connection, OURS) == counted


def test_without_a_peer_it_comes_from_nowhere() -> None:
    assert address_of(HTTPConnection({"type": "http", "headers": []}), OURS) == NOWHERE
