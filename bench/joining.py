"""``python -m bench.joining``: a letter joins the hot issues, however many there are.

The base is letters about some thousands of matters, put into their groups by the product. Then
letters come in one by one: timed is all that the product does to group each, from taking the turn
to giving it back. Beside each: the bare insert of one like document, into a collection with the
same indexes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.base import submission
from bench.engine import engine, version
from bench.offices import opened_office
from bench.pinning import OTHER_CORE
from domain.actors import ANONYMOUS
from services.matters.grouping import group, group_waiting
from services.office import Office
from services.submission import submit
from storage import mongo
from storage.hot_issues import COLLECTION, INDEXES
from storage.to_group import WaitingLetter

LETTERS = 20_000
JOINING = 300
WARMING = 20
BATCH = 100
BARE = "bare_letters"
SPREAD = timedelta(minutes=9)
"""From letter to letter: some four months of them."""
_FIRST = "丽锦翠金龙凤华盛天海银蓝紫碧东西南北中新宏瑞恒泰康宁和顺安福"
_SECOND = "景绣竹沙湖泉阳都府城河江山林园港湾桥塔岭原野坪坝沟溪池滩"
_THIRD = "雅名佳御观悦望云逸清文翰书香"
_ENDS = ("小区", "花园", "家园", "公寓", "广场", "小学", "医院", "路", "大道", "公司")
_COMPLAINTS = (
    *("旁边搅拌站噪音粉尘扰民", "楼下烧烤店油烟扰民", "物业乱收停车费", "电梯经常坏无人维修"),
    *("开发商延期交房", "施工夜间噪音影响休息", "自来水水压太低", "房产证迟迟不办"),
    *("违章搭建无人处理", "消防通道被占", "公交车班次太少", "路灯不亮", "垃圾堆放恶臭"),
    *("教师违规补课收费", "天然气一直没有开通", "绿化带被毁改停车位", "广场舞音响扰民"),
    *("油烟管道直排", "门口道路积水严重", "拖欠工人工资"),
)
_ASKED = ("请相关部门处理", "多次反映没有结果", "希望尽快解决", "严重影响居民生活", "何时能够整改")


def main(arguments: list[str]) -> None:
    """The whole measurement; its JSON goes to standard output."""
    parser = argparse.ArgumentParser(prog="bench.joining", description=__doc__)
    parser.add_argument("--letters", type=int, default=LETTERS, help="of the base")
    parser.add_argument("--joining", type=int, default=JOINING, help="letters that are timed")
    parser.add_argument("--drivers", default="motor,pymongo")
    asked = parser.parse_args(arguments)
    drivers = {
        driver: asyncio.run(_measured(driver, asked.letters, asked.joining))
        for driver in asked.drivers.split(",")
    }
    told = {"engine": version(), "letters": asked.letters, "drivers": drivers}
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


async def _measured(driver: str, letters: int, joining: int) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix="lizheng-joining-", ignore_cleanup_errors=True) as name,
        engine(Path(name), OTHER_CORE) as uri,
    ):
        async with opened_office(Path(name), uri, driver, "joining") as (office, database):
            filled = await _timed(_filled(office, letters))
            groups = await database[COLLECTION].distinct("group")
            times, bare, joined = await _joined(office, database, letters, joining)
            told = {"product_ms": _percentiles(times), "bare_insert_ms": _percentiles(bare)}
            return told | {
                "bare_to_product_p50": round(statistics.median(bare) / statistics.median(times), 3),
                "base": {"groups": len(groups), "ms_a_letter": round(filled * 1000 / letters, 2)},
                "joined": round(joined / joining, 2),
            }


async def _filled(office: Office, letters: int) -> None:
    """Groups the base as an import does: a batch at a time, words counted every thousand."""
    kept = office.hot_issues
    begins = datetime.now(UTC).replace(microsecond=0) - SPREAD * letters
    batch: list[WaitingLetter] = []
    for place, (title, body) in enumerate(_texts(0, letters)):
        at = begins + SPREAD * place
        account = f"writer {place}"
        batch.append(WaitingLetter(f"{place:024x}", "", at, account, False, title, body))
        if len(batch) == BATCH or place + 1 == letters:
            if not await kept.begin():
                raise RuntimeError("somebody else groups letters here")
            await group(office, batch)
            await kept.end()
            batch = []


async def _joined(
    office: Office, database: mongo.Database, first: int, count: int
) -> tuple[list[float], list[float], int]:
    """Seconds of each letter and of each bare insert, in turn; how many joined a group."""
    for index in INDEXES:
        if index.collection == COLLECTION:
            await database[BARE].create_index(list(index.keys), name=index.name)
    times, bare, joined = [], [], 0
    for place, (title, body) in enumerate(_texts(first, WARMING + count)):
        now = datetime.now(UTC)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        letter = replace(submission(place, 1), title=title, body=body)
        sent = await submit(office, letter, f"joining {place}", ANONYMOUS, now)
        grouping = await _timed(group_waiting(office, 1))
        like = await database[COLLECTION].find_one({"_id": sent.case.id}) or {}
        inserting = await _timed(database[BARE].insert_one(like))
        if place >= WARMING:
            times.append(grouping)
            bare.append(inserting)
            joined += like["group"] != sent.case.id
    return times, bare, joined


def _texts(first: int, count: int) -> Iterator[tuple[str, str]]:
    """Titles and bodies: every third letter is about one of 300 matters, the others about any."""
    for place in range(first, first + count):
        matter = place * 7919 % 300 if place % 3 == 0 else place * 7919 % 60_000
        name = _name(matter)
        complaint = _COMPLAINTS[matter % len(_COMPLAINTS)]
        asked = _ASKED[place % len(_ASKED)]
        other = _COMPLAINTS[place * 31 % len(_COMPLAINTS)]
        yield f"{name}{complaint}", f"{name}{complaint}，{asked}。附近{_name(place)}也是{other}。"


def _name(matter: int) -> str:
    rest, first = divmod(matter * 12_347, len(_FIRST))
    rest, second = divmod(rest, len(_SECOND))
    rest, third = divmod(rest, len(_THIRD))
    return _FIRST[first] + _SECOND[second] + _THIRD[third] + _ENDS[rest % len(_ENDS)]


async def _timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def _percentiles(times: list[float]) -> dict[str, float]:
    points = statistics.quantiles(times, n=100, method="inclusive")
    return {"p50": round(points[49] * 1000, 2), "p99": round(points[98] * 1000, 2)}


if __name__ == "__main__":
    main(sys.argv[1:])
