"""A small city with an office in it, on a real database, and the people who work there.

Codes are Chengdu's where Chengdu has them, so that what is told of one is told of the other.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from domain.actors import ANONYMOUS, SYSTEM, Actor
from domain.calendar import CITY_TIME
from domain.case import Case
from domain.categories import Taxonomy
from domain.city import CityTables, build_city
from domain.directory import City
from domain.history import Chain
from domain.notices import notices_since
from domain.words import Channel, LetterKind, Outcome, Role, Urgency
from domain.workflow import Action
from services.directory import load_city
from services.letter_checks import Submission
from services.office import Keys, Office, open_office
from services.process import Act, work_out
from services.quotas import DailyQuota
from services.submission import Submitted, submit
from settings import Secrets
from storage import mongo
from storage.directory import DirectoryRepository
from storage.indexes import ensure_indexes
from storage.state_seals import StateSeals
from tests.domain.tables import rows

_SECRETS = Secrets(b"m" * 96, b"a" * 32, b"c" * 32, None)
KEYS = Keys(master=b"m" * 96, access=b"a" * 32, chain=b"c" * 32, phone=_SECRETS.lookup_key)
KEYS_GIVEN = {
    f"LIZHENG_{name}_KEY": base64.b64encode(key or b"").decode()
    for name, key in (("MASTER", KEYS.master), ("ACCESS", KEYS.access), ("CHAIN", KEYS.chain))
}
"""The keys of the data as a process is told them."""
SEALS = StateSeals(Chain(KEYS.chain))
MAYOR, DISTRICT_HEAD = "5101/HEAD", "510104/HEAD"
CITY, GENERAL_OFFICE, EDUCATION = "5101", "5101-WLZ", "5101-JYJ"
DISTRICT, NEXT_DISTRICT, TOWNSHIP = "510104", "510105", "510104017"
FOOD_TEAM, HEALTH_TEAM = "510104-SYD", "510104-WSD"
SMOG = "环境保护/环境污染/大气污染"

_TABLES = {
    "divisions": """\
code,name,name_en,parent_code,level
5101,成都市,Chengdu,,city
510104,锦江区,Jinjiang District,5101,district
510105,青羊区,Qingyang District,5101,district
510104017,锦官驿街道,Jinguanyi Subdistrict,510104,township
510105001,草市街街道,Caoshijie Subdistrict,510105,township""",
    "departments": """\
code,name,name_en,system
JYJ,教育局,Education Bureau,EDUCATION
WLZ,网络理政办公室,Online Governance Office,""",
    "district_bureaus": """\
code,name,name_en,system
CGJ,综合行政执法局,Urban Management Bureau,URBAN_MANAGEMENT""",
    "front_line": """\
code,level,name,name_en,system
SYD,DISTRICT,食品药品稽查大队,Food and Drug Inspection Brigade,FOOD_DRUG
WSD,DISTRICT,卫生监督所,Health Inspection Station,HEALTH""",
    "systems": """\
code,zh,en,direct_dispatch
FOOD_DRUG,食药,Food and drug,true
URBAN_MANAGEMENT,城管,Urban management,true
HEALTH,卫生,Health,false
EDUCATION,教育,Education,false""",
    "mailboxes": """\
unit_kind,ending,office,level,name,title,title_en
CITY,市,SECRETARY,CITY_PARTY_SECRETARY,委书记,市委书记,Secretary
CITY,市,HEAD,CITY_GOVERNMENT,市长,市长,Mayor
CITY_DEPARTMENT,,HEAD,CITY_GOVERNMENT,主要负责人,主要负责人,Director
DISTRICT,区,HEAD,DISTRICT,区长,区长,District Head
DISTRICT_BUREAU,局,HEAD,DISTRICT,局长,局长,Director
TOWNSHIP,街道,HEAD,TOWNSHIP,办事处主任,办事处主任,Director""",
    "place_codes": """\
place,mailbox
*,5101/HEAD
A,5101/HEAD
A1,510104/HEAD
A2,510105/HEAD""",
}


@cache
def small_city() -> City:
    """Thirteen units, ten mailboxes, four lines of work."""
    return build_city(CityTables(**{name: rows(name, text) for name, text in _TABLES.items()}))


@cache
def taxonomy() -> Taxonomy:
    """The real one."""
    return load_city(Path(__file__).resolve().parents[2] / "data" / "chengdu").taxonomy


def category(names: str) -> str:
    """The id of ``first level/second/third``."""
    found = taxonomy().find(*names.split("/"))
    assert found is not None, names
    return found.id


async def settle_small_city(database: mongo.Database) -> None:
    """Prepare a database with every index and the small city's directory."""
    await ensure_indexes(database)
    await DirectoryRepository(database).replace_city(small_city(), taxonomy(), "small")


async def small_office(
    client: mongo.Client, database: mongo.Database, driver: mongo.Driver
) -> Office:
    """An office of the small city on an empty database; whoever opens it closes it."""
    await settle_small_city(database)
    return await open_office(client, database.name, driver, KEYS)


def sms_quota(office: Office) -> DailyQuota:
    """More text messages than any test sends."""
    return DailyQuota(office.outside.quotas, "text messages", 1_000)


# People


def person(*roles: Role, unit: str | None = None, subject: str | None = None) -> Actor:
    """Somebody with these roles for the whole city or one unit, named like the first role."""
    return Actor(frozenset(roles), subject or roles[0].lower(), unit)


CLERK, REVIEWER, HANDLER, APPROVER, SUPERVISOR = (
    person(role)
    for role in (Role.INTAKE, Role.REVIEWER, Role.HANDLER, Role.APPROVER, Role.SUPERVISOR)
)
_WHO: Mapping[Action, Actor] = {
    Action.ACCEPT: CLERK,
    Action.REJECT: CLERK,
    Action.JOIN: CLERK,
    Action.REVIEW: REVIEWER,
    Action.SIGN_FOR: HANDLER,
    Action.RECORD_CONTACT: HANDLER,
    Action.NOTE_PROGRESS: HANDLER,
    Action.SUBMIT_REPLY: HANDLER,
    Action.APPROVE_REPLY: APPROVER,
}
_USUAL: Mapping[Action, Mapping[str, object]] = {
    Action.REJECT: {"reason": "不属于受理范围"},
    Action.REVIEW: {"urgency": Urgency.NORMAL, "unit": DISTRICT},
    Action.RECORD_CONTACT: {"reached": True},
    Action.NOTE_PROGRESS: {"text": "已到现场查看。"},
    Action.SUBMIT_REPLY: {"text": "油烟净化设施已安装。", "outcome": Outcome.RESOLVED},
}
TO_HANDLING = "ACCEPT REVIEW SIGN_FOR RECORD_CONTACT"
TO_CALLBACK = f"{TO_HANDLING} SUBMIT_REPLY APPROVE_REPLY"


# Letters


def at(text: str) -> datetime:
    """``YYYY-MM-DD HH:MM`` on the city's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY_TIME)


MONDAY = at("2017-03-06 09:00")
LETTER = Submission(
    mailbox=MAYOR,
    kind=LetterKind.COMPLAINT,
    title="楼下餐馆油烟扰民",
    body="每天晚上油烟直接排到居民楼，窗户不敢打开。",
    channel=Channel.APP,
    name="陈小禾",
    phone="13800138000",
    address="锦江区春熙路",
)


async def sent(
    office: Office,
    key: str = "one",
    by: Actor = ANONYMOUS,
    when: datetime = MONDAY,
    **changed: object,
) -> Submitted:
    """A letter that was sent: the usual one, but for what is ``changed``."""
    letter = replace(LETTER, **changed)  # type: ignore[arg-type]  # its fields, by name
    return await submit(office, letter, key, by, when)


async def walked(office: Office, case: Case, walk: str, **values: object) -> Case:
    """The case after the actions of ``walk``, a minute apart, by whoever usually takes them.

    ``values`` stand instead of or beside the usual ones of the last action. All of them are one
    write: how each is made by itself is for the tests of the process.
    """
    before = await office.cases.by_id(case.id, SYSTEM)
    assert before is not None
    after, names = before, walk.split()
    for place, name in enumerate(names, 1):
        action = Action[name]
        given = {**_USUAL.get(action, {}), **(values if place == len(names) else {})}
        now = after.updated_at + timedelta(minutes=1)
        after = await work_out(office, after, Act(action, given), _WHO[action], now)
    await office.cases.save(before, after, notices_since(after, before.version))
    return after


async def documents(database: mongo.Database, collection: str = "cases") -> list[mongo.Document]:
    """All that lies there, as it lies there."""
    return [document async for document in database[collection].find()]
