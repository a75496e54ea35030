"""Publishes a frozen month's cases, anonymised, into the object store: each file once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.bulletins import Bulletin, Month
from domain.calendar import city_date
from domain.categories import Category
from domain.definitions import DAY, known
from domain.directory import Unit
from domain.facts import CohortLetter, Facts
from domain.figures import Membership
from domain.manifests import digest
from domain.open_data import OpenCase, Row, SurveyTold, anonymised, band_of, week_of
from domain.open_tables import parts_of, published_tables, sums_of, topic_counts, unit_of
from domain.refusals import NotFound
from services.archive.files import ArchiveBroken
from services.archive.open_files import as_csv, as_dictionary, as_parquet, as_topics
from services.archive.published import CSV, DICTIONARY, FILES, MONTHS, PARQUET, TOPICS, key_of
from services.archive.reading import object_at
from services.functions.runs import Run
from services.functions.workshop import ObjectStore, Workshop
from services.office import Office
from storage.case_reader import OnProblem, ignore


@dataclass(frozen=True, slots=True)
class Publishing:
    """The part of the archive's run that makes open data of the months that are frozen."""

    workshop: Workshop
    run: Run

    async def carry_out(self) -> None:
        """Every month that is frozen and not published; killed anywhere, the next run goes on."""
        last = Month.of(city_date(self.run.now)).plus(-1)
        for month in [last.plus(-place) for place in range(MONTHS)][::-1]:
            if not self.run.has_time():
                return
            await self._publish(month)

    async def _publish(self, month: Month) -> None:
        office, store = self.workshop.office, self.workshop.store
        bulletin = await office.bulletins.find(month, 1)
        if bulletin is None or not bulletin.is_frozen:
            return
        if await store.get(key_of(month, DICTIONARY)) is not None:
            return
        self.run.saw()
        if not self.run.dry:
            await publish(office, store, bulletin, self.run.problem)
        self.run.changed(str(month), "OPEN_DATA")


async def publish(
    office: Office, store: ObjectStore, bulletin: Bulletin, on_problem: OnProblem = ignore
) -> None:
    """Writes the month's files, the dictionary last; without letters that cannot be read.

    The rows that lie there are what was published, whoever wrote them and whatever was changed
    since: what describes them is made of them. Raises ``ArchiveBroken`` when one of the files says
    something else.
    """
    month = bulletin.month
    lying = [await store.get(key_of(month, name)) for name in (TOPICS, CSV)]
    if None in lying:
        for name, body in (await _tables(office, bulletin, on_problem)).items():
            await store.put_new(key_of(month, name), body, digest(body))
    topics, csv_file = [await object_at(store, key_of(month, name)) for name in (TOPICS, CSV)]
    made = await asyncio.to_thread(as_parquet, csv_file)
    await store.put_new(key_of(month, PARQUET), made, digest(made))
    # An older version of the library may have written it: what lies there is what is described.
    parquet = await object_at(store, key_of(month, PARQUET))
    files = {TOPICS: topics, CSV: csv_file, PARQUET: parquet}
    told = await _dictionary(office, bulletin, files)
    await store.put_new(key_of(month, DICTIONARY), told, digest(told))
    if await object_at(store, key_of(month, DICTIONARY)) != told:
        raise ArchiveBroken(f"{key_of(month, DICTIONARY)} is there already, and says otherwise")


async def open_files(office: Office, store: ObjectStore, month: Month) -> dict[str, bytes]:
    """The month's files by name: as published, else as they will be. ``NotFound`` before that."""
    bulletin = await office.bulletins.find(month, 1)
    if bulletin is None or not bulletin.is_frozen:
        raise NotFound(
            f"{month}尚未定稿，没有开放数据。",
            f"{month} is not frozen yet: there is no open data of it.",
            "month",
        )
    if await store.get(key_of(month, DICTIONARY)) is not None:
        lying = {name: await store.get(key_of(month, name)) for name in FILES}
        return {name: body for name, body in lying.items() if body is not None}
    made = await _tables(office, bulletin)
    files = {name: await store.get(key_of(month, name)) or body for name, body in made.items()}
    parquet = await store.get(key_of(month, PARQUET))
    if parquet is None:
        parquet = await asyncio.to_thread(as_parquet, files[CSV])
    files[PARQUET] = parquet
    return {**files, DICTIONARY: await _dictionary(office, bulletin, files)}


async def _tables(
    office: Office, bulletin: Bulletin, on_problem: OnProblem = ignore
) -> dict[str, bytes]:
    """The table by category and the rows beside it, both of the same letters: those that the
    bulletin counts, as it knew them, but for confidential ones."""
    cases = await _cases(office, bulletin, on_problem)
    cells = await office.bulletins.cells(bulletin)
    tables = published_tables(cells, cases, office.minimum)
    rows = [Row(one, parts_of(one, tables)) for one in cases]
    sums = sums_of(cells, rows, tables)
    told = await asyncio.to_thread(anonymised, rows, office.minimum, sums)
    return {TOPICS: as_topics(topic_counts(cases, tables)), CSV: as_csv(told)}


async def _cases(office: Office, bulletin: Bulletin, on_problem: OnProblem) -> Sequence[OpenCase]:
    month = bulletin.month
    counted = {one.number: one for one in await office.bulletins.members(bulletin)}
    begins, ends = month.begins, month.plus(1).begins
    letters = await office.cohorts.letters(begins, ends, on_problem=on_problem)
    mains = await office.cohorts.facts_of({one.main_case for one in letters if one.main_case})
    told = [one for one in letters if one.number in counted and not one.confidential]
    categories = await office.directory.categories_by_id(
        {one.category[0] for one in told if one.category}
    )
    units = await office.directory.units_by_code({_unit(counted[one.number]) for one in told})
    return [_row(one, counted[one.number], bulletin, mains, categories, units) for one in told]


async def _dictionary(office: Office, bulletin: Bulletin, files: Mapping[str, bytes]) -> bytes:
    taxonomy = await office.directory.categories()
    codes = {line.split(",")[8] for line in files[CSV].decode().splitlines()[1:]}
    units = await office.directory.units_by_code(codes)
    categories = {one.id: one for one in taxonomy}
    return as_dictionary(bulletin, files, categories, units, office.minimum)


def _row(
    letter: CohortLetter,
    counted: Membership,
    bulletin: Bulletin,
    mains: Mapping[str, Facts],
    categories: Mapping[str, Category],
    units: Mapping[str, Unit],
) -> OpenCase:
    seen = known(letter, bulletin.as_of, mains, frozenset())
    category = (*letter.category, "", "")
    root, unit = categories.get(category[0]), units.get(_unit(counted))
    replied, answer = seen.replied_at, seen.answer
    days = None if replied is None else (replied - letter.submitted_at).total_seconds() // DAY
    return OpenCase(
        week=week_of(city_date(letter.submitted_at)),
        level=letter.level.value,
        channel=letter.channel.value,
        kind=letter.kind.value,
        network=root.network.value if root else "",
        category=category[0],
        subcategory=category[1],
        unit_level=unit.level.value if unit else "",
        unit=_unit(counted),
        outcome=seen.facts.outcome.value if seen.facts.outcome else "",
        reply_days="" if days is None else band_of(int(days)),
        overdue=seen.facts.is_ever_overdue(bulletin.as_of),
        survey=(SurveyTold.ANSWERED if answer else SurveyTold.NOT_ANSWERED).value,
        resolved=answer.resolved if answer else None,
        satisfaction=answer.satisfaction if answer else None,
    )


def _unit(counted: Membership) -> str:
    """The department or district of the responsible unit, or of the mailbox before there is one."""
    return unit_of(counted.cell[0])
