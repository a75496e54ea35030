"""Partners as ops read them in a terminal: in either language, in the city's time, never a key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len

from domain.calendar import CITY_TIME
from domain.directory import Mailbox
from domain.partners import Partner, PartnerKey
from domain.refusals import Text
from domain.webhooks import Webhook

NOTHING = "–"
ID, NAME, STATE = Text("编号", "id"), Text("名称", "name"), Text("状态", "state")
ORIGIN, MAILBOX = Text("来源", "origin"), Text("信箱", "mailbox")
QUOTA, TODAY = Text("配额", "quota"), Text("今日", "today")
KEY, WEBHOOK, LAST_USE = Text("密钥", "key"), Text("回调", "webhook"), Text("最近使用", "last use")
ACTIVE, REVOKED = Text("有效", "active"), Text("已注销", "revoked")
GOOD, ENDED = Text("有效", "good"), Text("已失效", "ended")
UNTIL, ISSUED = Text("有效期至", "until"), Text("签发于", "issued")
NOBODY = Text("没有合作方。", "There are no partners.")
SHOWN_ONCE = Text("密钥只显示这一次，请妥善保管：", "The key is shown this once; keep it safe:")


@dataclass(frozen=True, slots=True)
class Told:
    """A partner with what else ops want to know; ``requests`` are those of this day."""

    partner: Partner
    mailboxes: Mapping[str, Mailbox]
    webhooks: Sequence[Webhook]
    requests: int
    now: datetime


def last_use(partner: Partner) -> datetime | None:
    """Of any of its keys; None when none was ever used."""
    return max((key.last_used_at for key in partner.keys if key.last_used_at), default=None)


def partners_told(partners: Iterable[Partner], now: datetime, language: str) -> Iterator[str]:
    """A line for each."""
    for one in partners:
        keys = sum(key.is_alive(now) for key in one.keys)
        yield "  ".join(
            (
                one.id,
                _state(one).spoken(language),
                Text(f"{keys}个密钥", _many(keys, "key")).spoken(language),
                f"{LAST_USE.spoken(language)} {_time(last_use(one))}",
                one.name.spoken(language),
            )
        )


def partner_told(told: Told, language: str) -> Iterator[str]:
    """Everything about one, a line for each fact."""
    rows = [(label.spoken(language), text) for label, text in _facts(told, language)]
    width = max(cell_len(label) for label, _ in rows) + 2
    for label, text in rows:
        yield f"{label}{' ' * (width - cell_len(label))}{text}"


def _facts(told: Told, language: str) -> Iterator[tuple[Text, str]]:
    one = told.partner
    yield ID, one.id
    yield NAME, f"{one.name.zh} / {one.name.en}"
    yield STATE, _state(one).spoken(language)
    for origin in one.origins:
        yield ORIGIN, origin
    for code in one.mailboxes:
        mailbox = told.mailboxes.get(code)
        yield MAILBOX, f"{code}  {mailbox.named(language) if mailbox else NOTHING}"
    yield QUOTA, _quota(one).spoken(language)
    requests = f"{told.requests:,}"
    yield TODAY, Text(f"至多{requests}次请求", f"at most {requests} requests").spoken(language)
    yield LAST_USE, _time(last_use(one))
    for key in one.keys:
        yield KEY, _key(key, told.now, language)
    for webhook in told.webhooks:
        yield WEBHOOK, _webhook(webhook, language)


def _quota(partner: Partner) -> Text:
    quota = partner.quota
    minute, day, hour = (
        f"{number:,}" for number in (quota.per_minute, quota.per_day, quota.letters_per_hour)
    )
    return Text(
        f"每分钟{minute}次、每日{day}次请求，每小时{hour}封来信",
        f"{minute} requests a minute, {day} a day; {hour} letters an hour",
    )


def _key(key: PartnerKey, now: datetime, language: str) -> str:
    is_alive = key.is_alive(now)
    parts = [key.id, f"{key.shown}…", (GOOD if is_alive else ENDED).spoken(language)]
    parts.append(f"{ISSUED.spoken(language)} {_time(key.issued_at)}")
    if is_alive and key.expires_at is not None:
        parts.append(f"{UNTIL.spoken(language)} {_time(key.expires_at)}")
    parts.append(f"{LAST_USE.spoken(language)} {_time(key.last_used_at)}")
    return "  ".join(parts)


def _webhook(webhook: Webhook, language: str) -> str:
    state = GOOD if webhook.ended_at is None else ENDED
    failed = webhook.circuit.failures
    failures = Text(f"连续失败{failed}次", f"{failed} failures in a row")
    events = " ".join(event.type for event in webhook.events)
    return "  ".join(
        (webhook.url, state.spoken(language), events, *([failures.spoken(language)] * (failed > 0)))
    )


def _state(partner: Partner) -> Text:
    return ACTIVE if partner.revoked_at is None else REVOKED


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _time(moment: datetime | None) -> str:
    return NOTHING if moment is None else f"{moment.astimezone(CITY_TIME):%Y-%m-%d %H:%M}"
