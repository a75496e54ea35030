"""A folder of CSV files becomes the directory: Chengdu's 2,659 mailboxes, or another city's."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from domain.directory import City
from domain.rows import DirectoryError
from domain.words import MailboxLevel, Network, UnitLevel
from services.directory import LoadedCity, import_directory, load_city
from storage import mongo
from storage.directory import DirectoryRepository
from storage.pages import Page
from tests.domain.tables import SMALL_CITY

pytestmark = pytest.mark.ring("test")

CHENGDU = Path(__file__).resolve().parents[2] / "data" / "chengdu"


@pytest.fixture(scope="module")
def chengdu() -> LoadedCity:
    return load_city(CHENGDU)


@pytest.fixture(scope="module")
def city(chengdu: LoadedCity) -> City:
    return chengdu.city


@pytest.fixture
def other_city(tmp_path: Path) -> Path:
    tables = SMALL_CITY | {
        "categories": "level1,level2,level3\n政法,诉讼,执行",
        "category_networks": "level1,level1_en,network\n政法,Justice,SAFETY",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_chengdu_has_2659_mailboxes(city: City) -> None:
    assert len(city.mailboxes) == 2659
    assert Counter(one.level for one in city.mailboxes) == {
        MailboxLevel.CITY_PARTY_SECRETARY: 1,
        MailboxLevel.CITY_GOVERNMENT: 51,  # mayor, 8 vice mayors, 42 departments
        MailboxLevel.DISTRICT: 780,  # 20 times: secretary, head, 7 deputies, 30 bureaus
        MailboxLevel.TOWNSHIP: 1827,  # 261 times seven
    }


def test_chengdu_has_todays_divisions_and_what_belongs_to_them(city: City) -> None:
    assert Counter(unit.level for unit in city.units) == {
        UnitLevel.CITY: 1,
        UnitLevel.DISTRICT: 20,
        UnitLevel.TOWNSHIP: 261,
        UnitLevel.DEPARTMENT: 42 + 20 * 30,
        UnitLevel.FRONT_LINE: 20 * 4 + 261 * 2,
    }


def test_every_name_and_every_code_is_there_once(city: City) -> None:
    for things in (city.units, city.mailboxes):
        for field in ("code", "name", "name_en"):
            assert len({getattr(one, field) for one in things}) == len(things), field


def test_mailboxes_are_named_as_people_know_them(city: City) -> None:
    names = {one.code: one.name for one in city.mailboxes}
    assert names["5101/SECRETARY"] == "成都市委书记信箱"
    assert names["5101/HEAD"] == "成都市市长信箱"
    assert names["5101-FGW/HEAD"] == "成都市发展和改革委员会主任信箱"
    assert names["510104/SECRETARY"] == "锦江区委书记信箱"
    assert names["510121/HEAD"] == "金堂县县长信箱"
    assert names["510104019/SECRETARY"] == "锦江区锦华路街道党工委书记信箱"
    assert names["510112102/HEAD"] == "龙泉驿区洛带镇镇长信箱"


def test_four_systems_come_first_with_direct_dispatch_and_have_a_front_line(city: City) -> None:
    direct = [system.code for system in city.systems if system.direct_dispatch]
    assert direct == ["INDUSTRY_COMMERCE", "URBAN_MANAGEMENT", "FOOD_DRUG", "TOURISM"]
    assert [system.code for system in city.systems][:4] == direct
    districts = [unit.code for unit in city.units if unit.level is UnitLevel.DISTRICT]
    for district in districts:
        teams = {unit.system for unit in city.units if unit.parent == district}
        assert teams.issuperset(direct)


def test_every_office_has_exactly_one_holder_on_every_day(city: City) -> None:
    for mailbox in city.mailboxes:
        for day in (date(2012, 1, 1), date(2017, 1, 31), date(2019, 6, 1), date(2030, 1, 1)):
            assert sum(one.holds_on(day) for one in mailbox.incumbents) == 1, mailbox.code


def test_letters_find_their_mailbox_by_place_code(city: City) -> None:
    assert {place: city.places.mailbox_for(place) for place in ("A", "A1", "A9", "B2")} == {
        "A": "5101/HEAD",
        "A1": "510104/HEAD",
        "A9": "510115/HEAD",
        "B2": "5101/HEAD",
    }


def test_all_517_rows_of_the_taxonomy_are_there_in_three_networks(chengdu: LoadedCity) -> None:
    with (CHENGDU / "categories.csv").open(encoding="utf-8", newline="") as file:
        paths = [(row["level1"], row["level2"], row["level3"]) for row in csv.DictReader(file)]
    assert len(paths) == 517
    assert all(chengdu.taxonomy.find(*path) for path in paths)
    assert sum(one.level == 3 for one in chengdu.taxonomy) == 517
    assert len(chengdu.taxonomy.roots) == 15
    assert {one.network for one in chengdu.taxonomy.roots} == set(Network)


def test_loading_twice_gives_the_same(chengdu: LoadedCity) -> None:
    again = load_city(CHENGDU)
    assert (again.city, again.version) == (chengdu.city, chengdu.version)
    assert list(again.taxonomy) == list(chengdu.taxonomy)


@pytest.mark.ring("all")
async def test_importing_twice_changes_nothing(database: mongo.Database) -> None:
    directory = DirectoryRepository(database)
    first = await import_directory(CHENGDU, directory)
    assert (first.units, first.mailboxes, first.categories) == (1526, 2659, 650)
    assert first.changed == 1526 + 2659 + 650 + 12
    assert (await import_directory(CHENGDU, directory)).changed == 0


@pytest.mark.ring("all")
async def test_an_import_tells_how_far_it_is(database: mongo.Database) -> None:
    told: list[tuple[int, int]] = []
    await import_directory(
        CHENGDU, DirectoryRepository(database), lambda done, total: told.append((done, total))
    )
    assert told == sorted(told)
    assert told[-1] == (4847, 4847)


async def test_another_city_comes_from_another_folder(
    database: mongo.Database, other_city: Path
) -> None:
    directory = DirectoryRepository(database)
    report = await import_directory(other_city, directory)
    assert (report.units, report.mailboxes, report.categories) == (9, 6, 3)
    assert (await directory.find_mailboxes("市长", None, Page(first=1))).items[
        0
    ].name == "蓉市市长信箱"


async def test_a_folder_with_a_fault_changes_nothing(
    database: mongo.Database, other_city: Path
) -> None:
    with (other_city / "divisions.csv").open("a", encoding="utf-8") as file:
        file.write("\n5102,西区,,99,district\n")
    directory = DirectoryRepository(database)
    with pytest.raises(DirectoryError, match=r"divisions\.csv:6: parent_code 99 is no city"):
        await import_directory(other_city, directory)
    assert await directory.is_empty()


def test_a_missing_file_is_named(other_city: Path) -> None:
    (other_city / "systems.csv").unlink()
    with pytest.raises(DirectoryError, match=r"^systems\.csv:1: the file is missing"):
        load_city(other_city)


def test_lists_of_people_may_be_missing(other_city: Path) -> None:
    (other_city / "incumbents.csv").unlink()
    (other_city / "pseudonyms.csv").unlink()
    assert len(load_city(other_city).city.mailboxes) == 6


def test_a_file_in_another_encoding_is_named(other_city: Path) -> None:
    (other_city / "systems.csv").write_bytes("code,zh\nCITY,城管".encode("gb18030"))
    with pytest.raises(DirectoryError, match=r"^systems\.csv:1: not a CSV file in UTF-8"):
        load_city(other_city)


def test_files_from_a_spreadsheet_are_read_too(other_city: Path) -> None:
    plain = load_city(other_city)
    path = other_city / "divisions.csv"
    text = path.read_text(encoding="utf-8").replace("\n", ",,\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_city(other_city).city == plain.city


def test_the_version_follows_the_files(other_city: Path) -> None:
    before = load_city(other_city).version
    assert load_city(other_city).version == before
    path = other_city / "systems.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert load_city(other_city).version != before
