"""A city small enough to be read: one district, two townships, and a table for each rule."""

from __future__ import annotations

import csv
from typing import Any

from domain.city import CityTables
from domain.rows import Row

SMALL_CITY = {
    "divisions": """\
code,name,name_en,parent_code,level
51,蓉市,Rong,,city
5101,东区,East District,51,district
510101,河街道,River Subdistrict,5101,township
510102,山镇,,5101,township""",
    "departments": """\
code,name,name_en,system
JYJ,教育局,Education Bureau,""",
    "district_bureaus": """\
code,name,name_en,system
CGJ,城管局,Urban Management Bureau,CITY""",
    "front_line": """\
code,level,name,name_en,system
LYD,DISTRICT,旅游大队,Tourism Brigade,TOUR
CGZ,TOWNSHIP,城管中队,Urban Management Squad,CITY""",
    "systems": """\
code,zh,en,direct_dispatch
CITY,城管,Urban management,true
TOUR,旅游,Tourism,false""",
    "mailboxes": """\
unit_kind,ending,office,level,name,title,title_en
CITY,市,HEAD,CITY_GOVERNMENT,市长,市长,Mayor
CITY_DEPARTMENT,局,HEAD,CITY_GOVERNMENT,局长,局长,Director
DISTRICT,区,HEAD,DISTRICT,区长,区长,District Head
DISTRICT_BUREAU,局,HEAD,DISTRICT,局长,局长,Director
TOWNSHIP,街道,HEAD,TOWNSHIP,办事处主任,办事处主任,Director of the Subdistrict Office
TOWNSHIP,镇,HEAD,TOWNSHIP,镇长,镇长,Town Head""",
    "place_codes": """\
place,mailbox
*,51/HEAD
A1,5101/HEAD""",
    "incumbents": "mailbox,name,from,until",
    "pseudonyms": "part,text",
}


def rows(name: str, text: str) -> list[Row]:
    """The lines of a table as they would come from the file ``name``.csv."""
    reader = csv.DictReader(text.splitlines())
    return [Row(f"{name}.csv", reader.line_num, values) for values in reader]


def small_city(**changed: str) -> CityTables:
    """The small city's tables; ``incumbents="+ line"`` adds a line, other text replaces all."""
    texts: dict[str, Any] = {}
    for name, text in SMALL_CITY.items():
        change = changed.get(name, text)
        whole = f"{text}\n{change[2:]}" if change.startswith("+ ") else change
        texts[name] = rows(name, whole)
    return CityTables(**texts)
