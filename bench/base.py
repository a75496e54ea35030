"""A base of many cases: real ones, made by the process itself, then repeated under new numbers.

Walking a letter through the process costs milliseconds; so a thousand are walked, and every
case of the base is one of them under its own id, number, key and time, stored through the
product's own mapping and repository.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from domain.actors import ANONYMOUS
from domain.calendar import city_date
from domain.case import Case
from domain.directory import Unit
from domain.letters import Letter
from domain.numbers import case_number
from domain.words import Channel, LetterKind, Stage, UnitLevel
from services.histories import Past, lived
from services.letter_checks import Submission
from services.office import Office
from services.submission import letter_of, new_case
from storage.mongo import Database, Document
from storage.new_cases import NewCase
from storage.pages import Page
from storage.search_terms import SearchTerms
from storage.submissions import Claim

MAILBOX = "5101/HEAD"
UNIT = "510104"
"""Has every second case, so that its handlers never get in each other's way."""
TEMPLATES = 1_200
BATCH = 1_000
DAYS = 120
"""The base spreads over so many days up to now."""
FIRST_SERIAL = 1
SEARCHED = 100_000
WITH_OPEN = 30_000
"""Of so many a third is being worked on; of all others nothing: a city's desks do not grow with its
history."""
OVER = frozenset({Stage.CONCLUSION, Stage.ARCHIVE, Stage.CALLBACK})
SAMPLE = 2_000
"""So many cases are told to the load generator."""


@dataclass(frozen=True, slots=True)
class Known:
    """A case that requests name."""

    id: str
    number: str
    query_code: str
    handling: bool


class _Unsearched(SearchTerms):
    """Keeps no terms: what is stored with it is found by everything but words."""

    async def put(self, cases: Iterable[Document]) -> None:
        return


async def fill(
    office: Office,
    count: int,
    database: Database,
    among: Sequence[Template] = (),
    searched: int = SEARCHED,
) -> list[Known]:
    """Stores ``count`` cases in batches; some of them, for the requests.

    Each repeats one of ``among``, by default of the letters of the last months.

    The first ``searched`` can be found by words. Sixty keys a case in one index are what filling
    a large base would mostly consist of, and nothing that is measured here searches.
    """
    templates = among or await made_templates(office)
    known: list[Known] = []
    step = max(1, count // SAMPLE)
    batch: list[NewCase] = []
    terms = office.cases.terms
    for place, (new, told) in enumerate(_cases(office, templates, count)):
        batch.append(new)
        if place % step == 0 or (told.handling and len(known) < SAMPLE):
            known.append(told)
        office.cases.terms = terms if place < searched else _Unsearched(database)
        if len(batch) == BATCH:
            await office.cases.add_many(batch)
            batch = []
    await office.cases.add_many(batch)
    return known


@dataclass(frozen=True, slots=True)
class Template:
    """A case that others repeat, and its writer as it is stored."""

    case: Case
    writer: Document


async def made_templates(office: Office) -> list[Template]:
    """Letters of the last months, each as far as it came by now."""
    now = datetime.now(UTC).replace(microsecond=0)
    mailbox = await office.directory.mailbox(MAILBOX)
    first = await office.directory.find_units(None, Page(first=100))
    units = [unit for unit in first.items if unit.level is UnitLevel.DISTRICT]
    handling = next((unit for unit in units if unit.code == UNIT), None)
    if mailbox is None or handling is None:
        raise LookupError("the directory is not Chengdu's")
    made = []
    for place in range(TEMPLATES):
        # None of today: these serials are for the letters that are sent in while measuring.
        submitted_at = now - timedelta(days=2) - timedelta(days=DAYS) * place / TEMPLATES
        claim = claim_for(office, 999_000 + place, submitted_at)
        written = letter_of(submission(place, 1 + place % 5), ANONYMOUS, claim)
        new = await new_case(office, claim, written, mailbox, ANONYMOUS)
        past = _past(place, submitted_at, handling if place % 2 else units[place % len(units)])
        case = lived(new.case, past, now, office.rulebook)
        made.append(Template(case, new.writer))
    return made


def _past(place: int, submitted_at: datetime, unit: Unit) -> Past:
    """Two of three were answered, within ten days."""
    if place % 3 == 0:
        return Past(unit)
    return Past(unit, None, "已责成有关单位整改。", submitted_at + timedelta(days=3 + place % 8))


def submission(place: int, sentences: int) -> Submission:
    """A letter; its kind and channel change with its place, its body has so many sentences."""
    return Submission(
        mailbox=MAILBOX,
        kind=list(LetterKind)[place % len(LetterKind)],
        title=f"楼下餐馆油烟扰民第{place}次反映",
        body="每天晚上油烟直接排到居民楼，无法开窗，希望有关部门尽快处理。" * sentences,
        channel=(Channel.WEB, Channel.WECHAT, Channel.APP)[place % 3],
        name="张小明",
        phone="+8613880001234",
    )


def _cases(
    office: Office, templates: Sequence[Template], count: int
) -> Iterator[tuple[NewCase, Known]]:
    serials: dict[date, int] = {}
    over = [one for one in templates if one.case.stage in OVER] or templates
    for place in range(count):
        among = templates if place < WITH_OPEN else over
        template, round_of = among[place % len(among)], place // len(among)
        at = template.case.letter.submitted_at + timedelta(milliseconds=round_of % 40_000)
        day = city_date(at)
        serials[day] = serials.get(day, FIRST_SERIAL - 1) + 1
        claim = claim_for(office, serials[day], at)
        yield _new(office, template, claim), _known(claim, template)


def _new(office: Office, template: Template, claim: Claim) -> NewCase:
    letter: Letter = replace(template.case.letter, submitted_at=claim.submitted_at)
    case = replace(template.case, id=claim.case_id, number=claim.number, letter=letter)
    return NewCase(case, template.writer, office.access.key(claim.number, claim.query_code))


def claim_for(office: Office, serial: int, at: datetime) -> Claim:
    """What a letter of that moment is given: an id, the number of its day, a code."""
    return Claim(
        id="",
        fingerprint="",
        case_id=secrets.token_hex(12),
        number=case_number(city_date(at), serial),
        query_code=office.access.new_code(),
        submitted_at=at,
    )


def _known(claim: Claim, template: Template) -> Known:
    case = template.case
    handling = case.stage is Stage.HANDLING and UNIT in case.responsible
    return Known(claim.case_id, claim.number, claim.query_code, handling)
