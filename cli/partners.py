"""`lizheng partner`: the portals that show mailboxes of ours, and the keys they come with."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

import typer

from cli.bulletin import Language
from cli.notices import ON_THE_MACHINE
from cli.opening import CommandRefused, now, with_office
from cli.partners_told import NOBODY, SHOWN_ONCE, Told, partner_told, partners_told
from domain.calendar import city_date
from domain.ids import mailbox_code
from domain.partners import Partner, Quota
from domain.refusals import NotFound, Refusal, Text
from services.office import Office
from services.partners.keys import IssuedKey, issue_key, revoke_key
from services.partners.registering import Registration, partner_seen, register, revoke
from storage.pages import MAX_PAGE, Page

T = TypeVar("T")
USUAL = Quota()
MOST_HOURS = 24 * 90

partner = typer.Typer(
    no_args_is_help=True,
    help="Partner portals: register them, rotate their keys, revoke them. Every order is recorded. "
    "Exit status 0 when it was done, 1 when it was refused, 2 for a command that was typed wrong.",
)


Lang = Annotated[Language, typer.Option(help="Chinese or English.")]
Id = Annotated[str, typer.Argument(help="The partner's id; `lizheng partner list` tells it.")]


@partner.command("register")
def register_(
    name: Annotated[str, typer.Argument(help="Its name in Chinese.")],
    name_en: Annotated[str, typer.Option(help="Its name in English.")],
    origin: Annotated[
        list[str], typer.Option(help="Where its pages are: https://host. Once for each.")
    ],
    mailbox: Annotated[
        list[str],
        typer.Option(help="Code (such as 5101/HEAD) or id of a mailbox that it shows. Once each."),
    ],
    per_minute: Annotated[int, typer.Option(help="Requests a minute.")] = USUAL.per_minute,
    per_day: Annotated[int, typer.Option(help="Requests a day.")] = USUAL.per_day,
    letters_per_hour: Annotated[
        int, typer.Option(help="Letters an hour.")
    ] = USUAL.letters_per_hour,
    lang: Lang = Language.EN,
) -> None:
    """Register a partner, and issue its first key: shown this once, alone on the last line."""
    quota = Quota(per_minute, per_day, letters_per_hour)
    codes = [mailbox_code(one) or one for one in mailbox]
    given = Registration(name, name_en, origin, codes, quota)

    async def registered(office: Office, moment: datetime) -> None:
        made = await register(office, given, _fresh(), ON_THE_MACHINE, moment)
        issued = await issue_key(office, made.id, None, _fresh(), ON_THE_MACHINE, moment)
        await _show(office, issued.partner, moment, lang)
        _show_key(issued, lang)

    _carried_out(registered, lang, prepared=True)


@partner.command("list")
def list_(lang: Lang = Language.EN) -> None:
    """List the partners, oldest first: their keys, and when one was last used."""

    async def listed(office: Office, moment: datetime) -> None:
        found = await _all(office)
        _say(partners_told(found, moment, lang) if found else [NOBODY.spoken(lang)])

    _carried_out(listed, lang)


@partner.command("show")
def show(partner_id: Id, lang: Lang = Language.EN) -> None:
    """Show a partner: origins, mailboxes, quota, what it used today, keys and webhooks."""

    async def shown(office: Office, moment: datetime) -> None:
        await _show(office, await _known(office, partner_id), moment, lang)

    _carried_out(shown, lang)


@partner.command("rotate-key")
def rotate_key(
    partner_id: Id,
    overlap: Annotated[
        int,
        typer.Option(
            help="For how many hours the keys that are good now stay so; 0 ends them at once.",
            min=0,
            max=MOST_HOURS,
        ),
    ] = 24 * 7,
    lang: Lang = Language.EN,
) -> None:
    """Issue a new key: shown this once, alone on the last line. The old ones end after a while."""

    async def rotated(office: Office, moment: datetime) -> None:
        known = await _known(office, partner_id)
        issued = await issue_key(office, partner_id, None, _fresh(), ON_THE_MACHINE, moment)
        try:
            await _end_old(office, known, moment + timedelta(hours=overlap), moment)
            await _show(office, await _known(office, partner_id), moment, lang)
        finally:  # the new key is good, and nobody can be shown it later
            _show_key(issued, lang)

    _carried_out(rotated, lang)


@partner.command("revoke")
def revoke_(
    partner_id: Id,
    key: Annotated[
        str | None,
        typer.Option(help="Only this key, by its id or first signs; else the whole partner."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before.")] = False,
    lang: Lang = Language.EN,
) -> None:
    """Revoke a partner for good: no key opens anything, no webhook is told. Or one key of it."""

    async def revoked(office: Office, moment: datetime) -> None:
        known = await _known(office, partner_id)
        if key is not None:
            order = (_key_of(known, key), None, ON_THE_MACHINE, moment)
            after = await revoke_key(office, partner_id, *order)
        else:
            if not yes:
                typer.confirm(_question(known).spoken(lang), abort=True, err=True)
            after = await revoke(office, partner_id, ON_THE_MACHINE, moment)
        await _show(office, after, moment, lang)

    _carried_out(revoked, lang)


def _question(known: Partner) -> Text:
    return Text(f"注销“{known.name.zh}”后不可恢复。确定吗？", f"Revoke {known.name.en} for good?")


async def _end_old(office: Office, known: Partner, at: datetime, moment: datetime) -> None:
    for one in known.keys:
        if one.is_alive(moment):
            await revoke_key(office, known.id, one.id, at, ON_THE_MACHINE, moment)


async def _known(office: Office, partner_id: str) -> Partner:
    found = await partner_seen(office, partner_id, ON_THE_MACHINE)
    if found is None:
        raise NotFound("没有这个合作方。", "There is no such partner.", "partnerId")
    return found


async def _all(office: Office) -> list[Partner]:
    found: list[Partner] = []
    after: str | None = None
    while True:
        page = Page(first=MAX_PAGE, after=after)
        some = await office.outside.partners.page(page, counted=False)
        found += some.items
        if not some.has_next:
            return found
        after = some.cursors[-1]


def _key_of(known: Partner, text: str) -> str:
    """The id of the one key that is meant; the text itself where it is none's."""
    meant = [one.id for one in known.keys if text in (one.id, one.shown)]
    return meant[0] if len(meant) == 1 else text


async def _show(office: Office, one: Partner, moment: datetime, lang: Language) -> None:
    mailboxes = await office.directory.mailboxes_by_code(one.mailboxes)
    webhooks = await office.outside.webhooks.of_partner(one.id)
    requests = await office.outside.partners.requests_of(one.id, city_date(moment))
    _say(partner_told(Told(one, mailboxes, webhooks, requests, moment), lang))


def _show_key(issued: IssuedKey, lang: Language) -> None:
    _say([SHOWN_ONCE.spoken(lang), issued.secret])


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _carried_out(
    job: Callable[[Office, datetime], Awaitable[T]], lang: Language, *, prepared: bool = False
) -> T:
    """What the job answers; a refusal with its code and field, in the language asked for."""
    moment = now()
    try:
        return with_office(lambda office: job(office, moment), prepared=prepared)
    except Refusal as refusal:
        about = f"{refusal.code} ({refusal.field})" if refusal.field else str(refusal.code)
        raise CommandRefused(f"{about}: {refusal.text.spoken(lang)}") from None


def _fresh() -> str:
    """An idempotency key: whoever types the command again means it."""
    return secrets.token_hex(16)
