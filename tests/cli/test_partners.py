"""`lizheng partner`: ops register portals, rotate their keys and revoke them from a terminal."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from cli.opening import now, with_office
from domain.calendar import city_date
from services.office import Office
from services.partners.keys import admitted
from tests.api.actions import mailbox_id
from tests.cli.terminal import lizheng

pytestmark = pytest.mark.ring("test")

NAMED = ("天府社区网", "--name-en", "Tianfu Communities")
REGISTER = ("partner", "register", *NAMED)
SHOWS = ("--origin", "https://portal.example.org", "--mailbox", "5101/HEAD")


@pytest.fixture
def registered(environment: Path) -> list[str]:
    """What was said when a partner was registered."""
    result = lizheng(*REGISTER, *SHOWS, "--per-minute", "90")
    assert result.exit_code == 0, result.stderr
    return result.stdout.splitlines()


def test_a_mailbox_may_be_named_by_its_id(environment: Path) -> None:
    named = mailbox_id("5101/HEAD")
    result = lizheng(*REGISTER, "--origin", "https://other.example.org", "--mailbox", named)
    assert result.exit_code == 0, result.stderr
    assert "5101/HEAD  Mailbox of the Mayor, Chengdu" in result.stdout


def id_in(lines: list[str]) -> str:
    return next(line.split()[1] for line in lines if line.startswith("id "))


def facts(*arguments: str) -> list[tuple[str, str]]:
    """What a command says of a partner: label and text, in order."""
    result = lizheng("partner", *arguments)
    assert result.exit_code == 0, result.stderr
    rows = (re.split(r" {2,}", line, maxsplit=1) for line in result.stdout.splitlines())
    return [(row[0], row[-1]) for row in rows]


def opens(key: str) -> bool:
    """Whether a request with this key is let in."""
    return with_office(lambda office: admitted(office, key, now())) is not None


def test_a_partner_is_registered_with_a_key_that_stands_alone_and_opens(
    registered: list[str],
) -> None:
    assert registered[-1].startswith("lzp_")
    assert opens(registered[-1])
    shown = facts("show", id_in(registered))
    assert shown[1:8] == [
        ("name", "天府社区网 / Tianfu Communities"),
        ("state", "active"),
        ("origin", "https://portal.example.org"),
        ("mailbox", "5101/HEAD  Mailbox of the Mayor, Chengdu"),
        ("quota", "90 requests a minute, 100,000 a day; 60 letters an hour"),
        ("today", "at most 0 requests"),
        ("last use", "–"),
    ]
    recorded = with_office(lambda office: office.audit.of_partner(id_in(registered)))
    assert [what for _, what, _, _ in recorded] == ["REGISTER_PARTNER", "ISSUE_PARTNER_KEY"]


def test_a_key_is_shown_once(registered: list[str]) -> None:
    for command in (("list",), ("show", id_in(registered))):
        result = lizheng("partner", *command)
        assert result.exit_code == 0
        assert registered[-1] not in result.output
        assert registered[-1][8:] not in result.output


def test_its_last_use_and_what_it_used_today_are_shown(registered: list[str]) -> None:
    moment = now()

    async def used(office: Office) -> None:
        known = await admitted(office, registered[-1], moment)
        assert known
        await office.outside.partners.saw(known[0].id, known[1], moment)
        for day in (city_date(moment), city_date(moment) + timedelta(days=1)):  # or it is midnight
            await office.outside.partners.counted(known[0].id, day, 50, moment)

    with_office(used)
    shown = dict(facts("show", id_in(registered)))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", shown["last use"])
    assert shown["today"] == "at most 50 requests"
    assert shown["last use"] in lizheng("partner", "list").stdout


def test_a_rotated_key_leaves_the_old_one_good_for_a_while(registered: list[str]) -> None:
    rotated = lizheng("partner", "rotate-key", id_in(registered), "--overlap", "2")
    assert rotated.exit_code == 0, rotated.stderr
    new = rotated.stdout.splitlines()[-1]
    assert new != registered[-1]
    assert (opens(new), opens(registered[-1])) == (True, True)
    old_line, new_line = [
        text for label, text in facts("show", id_in(registered)) if label == "key"
    ]
    assert "until" in old_line
    assert "until" not in new_line


@pytest.mark.ring("all")
def test_without_an_overlap_the_old_key_ends_at_once(registered: list[str]) -> None:
    rotated = lizheng("partner", "rotate-key", id_in(registered), "--overlap", "0")
    new = rotated.stdout.splitlines()[-1]
    assert (opens(new), opens(registered[-1])) == (True, False)


@pytest.mark.ring("all")
def test_one_key_is_revoked_by_its_first_signs(registered: list[str]) -> None:
    assert facts("revoke", id_in(registered), "--key", registered[-1][:8])
    assert not opens(registered[-1])
    assert ("state", "active") in facts("show", id_in(registered))


def test_a_partner_is_revoked_only_when_that_is_meant(registered: list[str]) -> None:
    partner = id_in(registered)
    asked = lizheng("partner", "revoke", partner)  # nobody answers
    assert asked.exit_code == 1
    assert "Revoke Tianfu Communities for good?" in asked.stderr
    assert opens(registered[-1])
    assert ("state", "revoked") in facts("revoke", partner, "--yes")
    assert not opens(registered[-1])
    refused = lizheng("partner", "rotate-key", partner)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "lizheng: ACTION_NOT_ALLOWED: This partner was revoked.\n"


@pytest.mark.ring("all")
def test_everything_is_said_in_chinese_too(registered: list[str]) -> None:
    shown = lizheng("partner", "show", id_in(registered), "--lang", "zh").stdout
    assert "配额      每分钟90次、每日100,000次请求，每小时60封来信" in shown
    assert "信箱      5101/HEAD  成都市市长" in shown
    assert "天府社区网" in lizheng("partner", "list", "--lang", "zh").stdout
    refused = lizheng("partner", "show", "nobody", "--lang", "zh")
    assert refused.stderr == "lizheng: NOT_FOUND (partnerId): 没有这个合作方。\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--origin", "portal.example.org", "--mailbox", "5101/HEAD"), "INVALID_INPUT (origins)"),
        (("--origin", "https://a.example", "--mailbox", "9/HEAD"), "NOT_FOUND (mailboxIds)"),
        ((*SHOWS, "--per-minute", "0"), "INVALID_INPUT (quota.per_minute)"),
    ],
)
def test_what_cannot_be_registered_is_refused_in_a_line_and_shows_no_key(
    environment: Path, given: tuple[str, ...], said: str
) -> None:
    result = lizheng(*REGISTER, *given)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"lizheng: {said}: ")
    assert len(result.stderr.splitlines()) == 1
    assert lizheng("partner", "list").stdout == "There are no partners.\n"


def test_a_command_that_is_typed_wrong_has_exit_status_2(environment: Path) -> None:
    for wrong in (REGISTER, ("partner", "show"), ("partner", "rotate-key", "x", "--overlap", "-1")):
        assert lizheng(*wrong).exit_code == 2


def test_help_tells_of_every_command() -> None:
    said = lizheng("partner", "--help").stdout
    for command in ("register", "list", "show", "rotate-key", "revoke"):
        assert command in said
        assert lizheng("partner", command, "--help").exit_code == 0
