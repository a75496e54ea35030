"""Partners: origins as browsers send them, keys that end, quotas within bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.partners import (
    MOST_KEYS,
    Partner,
    PartnerKey,
    Quota,
    checked_mailboxes,
    read_name,
    read_origin,
    read_origins,
)
from domain.refusals import ActionNotAllowed, InvalidInput, NotFound, Text

pytestmark = pytest.mark.ring("test")

NOW = datetime(2017, 3, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://portal.example.org", "https://portal.example.org"),
        ("HTTPS://Portal.Example.ORG/", "https://portal.example.org"),
        ("https://portal.example.org:443", "https://portal.example.org"),
        ("https://portal.example.org:8443", "https://portal.example.org:8443"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:5173", "http://[::1]:5173"),
    ],
)
def test_an_origin_is_kept_as_a_browser_sends_it(typed: str, origin: str) -> None:
    assert read_origin(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "*",
        "null",
        "portal.example.org",
        "http://portal.example.org",
        "https://*.example.org",
        "https://portal.example.org/path",
        "https://portal.example.org?x",
        "https://portal.example.org#x",
        "https://user@portal.example.org",
        "https://portal.example.org:0",
        "https://portal.example.org:99999",
        "https://portal.example.org:x",
        "https://",
        "https:// portal.example.org",
        "https://门户.example.org",
        "https://a..example.org",
        "ftp://portal.example.org",
        "javascript:alert(1)",
        "https://[::1",
        "https://portal.example.org\nhttps://evil.example",
    ],
)
def test_what_is_no_origin_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_origin(typed)
    assert refused.value.field == "origins"


def test_origins_and_mailboxes_are_some_and_each_once() -> None:
    assert read_origins(["https://a.example", "https://A.example/"]) == ("https://a.example",)
    assert checked_mailboxes(["5101/HEAD", "5101/HEAD"]) == ("5101/HEAD",)
    for bad in ([], [f"https://p{number}.example" for number in range(21)]):
        with pytest.raises(InvalidInput):
            read_origins(bad)
    with pytest.raises(InvalidInput):
        checked_mailboxes([])


def test_a_name_is_in_both_languages() -> None:
    assert read_name(" 天府社区网 ", "Tianfu") == Text("天府社区网", "Tianfu")
    for zh, en, field in (("", "Tianfu", "name"), ("天府", " ", "nameEn")):
        with pytest.raises(InvalidInput) as refused:
            read_name(zh, en)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("quota", "field"),
    [
        (Quota(per_minute=0), "quota.per_minute"),
        (Quota(per_day=-1), "quota.per_day"),
        (Quota(letters_per_hour=10_001), "quota.letters_per_hour"),
    ],
)
def test_a_quota_is_within_bounds(quota: Quota, field: str) -> None:
    assert Quota().checked() == Quota()
    with pytest.raises(InvalidInput) as refused:
        quota.checked()
    assert refused.value.field == field


def _partner(*keys: PartnerKey) -> Partner:
    name = Text("天府", "Tianfu")
    return Partner("p", name, ("https://a.example",), ("5101/HEAD",), Quota(), NOW, keys=keys)


def _key(name: str, expires_at: datetime | None = None) -> PartnerKey:
    return PartnerKey(name, "lzp_abcd", name.encode(), NOW, expires_at)


def test_a_key_lives_until_its_end_and_not_a_moment_longer() -> None:
    partner = _partner(_key("a", NOW + HOUR))
    assert partner.key_with(b"a", NOW + HOUR - timedelta(milliseconds=1))
    assert partner.key_with(b"a", NOW + HOUR) is None
    assert partner.key_with(b"b", NOW) is None
    assert replace(partner, revoked_at=NOW).key_with(b"a", NOW) is None


def test_a_key_is_ended_now_or_later_and_never_brought_back() -> None:
    partner = _partner(_key("a"), _key("b", NOW + HOUR))
    later = partner.without_key("a", NOW + 2 * HOUR, NOW)
    assert (later.version, later.keys[0].expires_at) == (2, NOW + 2 * HOUR)
    assert partner.without_key("b", NOW + 2 * HOUR, NOW) is partner  # it would live longer
    ended = partner.without_key("a", NOW, NOW)
    assert not ended.keys[0].is_alive(NOW)
    assert ended.without_key("a", NOW + HOUR, NOW + HOUR) is ended
    with pytest.raises(NotFound):
        partner.without_key("c", NOW, NOW)


def test_so_many_keys_are_good_at_once() -> None:
    full = _partner(*(_key(str(number)) for number in range(MOST_KEYS)))
    with pytest.raises(ActionNotAllowed):
        full.with_key(_key("more"), NOW)
    assert full.with_key(full.keys[0], NOW) is full
    assert len(full.without_key("0", NOW, NOW).with_key(_key("more"), NOW).keys) == MOST_KEYS + 1
