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
from domain.open_tables import parts_of, published_tables, sums_of, unit_of
from domain.refusals import NotFound
from services.archive.files import ArchiveBroken
from services.archive.open_files import as_csv, as_dictionary, as_parquet
from services.archive.published import CSV, DICTIONARY, FILES, PARQUET, key_of
from services.archive.reading import object_at
from services.functions.runs import Run
from services.functions.workshop import ObjectStore, Workshop
from services.office import Office
from storage.case_reader import OnProblem, ignore

MONTHS = 12
"""So many months back are looked at: one that was frozen late is published late."""


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

    What lies there as CSV is what was published, whoever wrote it and whatever was changed since:
    the other files are made of it. Raises ``ArchiveBroken`` when one of them says something else.
    """
    month = bulletin.month
    if await store.get(key_of(month, CSV)) is None:
        made = as_csv(await open_cases(office, bulletin, on_problem))
        await store.put_new(key_of(month, CSV), made, digest(made))
    csv_file = await object_at(store, key_of(month, CSV))
    made = await asyncio.to_thread(as_parquet, csv_file)
    await store.put_new(key_of(month, PARQUET), made, digest(made))
    # An older version of the library may have written it: what lies there is what is described.
    parquet = await object_at(store, key_of(month, PARQUET))
    told = await _dictionary(office, bulletin, csv_file, parquet)
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
        return {name: await object_at(store, key_of(month, name)) for name in FILES}
    csv_file = await store.get(key_of(month, CSV))
    if csv_file is None:
        csv_file = as_csv(await open_cases(office, bulletin))
    parquet = await store.get(key_of(month, PARQUET))
    if parquet is None:
        parquet = await asyncio.to_thread(as_parquet, csv_file)
    told = await _dictionary(office, bulletin, csv_file, parquet)
    return {CSV: csv_file, PARQUET: parquet, DICTIONARY: told}


async def open_cases(
    office: Office, bulletin: Bulletin, on_problem: OnProblem = ignore
) -> Sequence[OpenCase]:
    """The letters that the bulletin counts, as it knew them, but for confidential ones."""
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
    cases = [_row(one, counted[one.number], bulletin, mains, categories, units) for one in told]
    cells = await office.bulletins.cells(bulletin)
    tables = published_tables(cells, cases, office.minimum)
    rows = [Row(one, parts_of(one, tables)) for one in cases]
    sums = sums_of(cells, rows, tables)
    return await asyncio.to_thread(anonymised, rows, office.minimum, sums)


async def _dictionary(office: Office, bulletin: Bulletin, csv_file: bytes, parquet: bytes) -> bytes:
    taxonomy = await office.directory.categories()
    codes = {line.split(",")[8] for line in csv_file.decode().splitlines()[1:]}
    units = await office.directory.units_by_code(codes)
    categories = {one.id: one for one in taxonomy}
    return as_dictionary(bulletin, csv_file, parquet, categories, units, office.minimum)


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
