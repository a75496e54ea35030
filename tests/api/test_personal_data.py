"""Personal data: unreadable at rest, masked on screen, revealed to few, and never unseen."""

from __future__ import annotations

from typing import Any

import bson
import pytest
from bson.binary import STANDARD
from bson.codec_options import CodecOptions

from domain.words import Role
from storage import mongo
from tests.api.actions import HILL, RIVER, TO_CALLBACK, TO_TRANSFER, case_id
from tests.api.clients import Town

pytestmark = pytest.mark.ring("test")

NAME, PHONE = "欧阳海棠", "13880007654"
PLAIN = CodecOptions[mongo.Document](uuid_representation=STANDARD)


async def _everything(town: Town) -> dict[str, list[mongo.Document]]:
    """All documents of all collections, as they lie there."""
    names = await town.database.list_collection_names()
    return {name: [document async for document in town.database[name].find()] for name in names}


async def test_name_phone_and_query_code_lie_nowhere_in_clear(town: Town) -> None:
    letter = await town.walked(
        f"{TO_CALLBACK} ANSWER_SURVEY", writer={"name": NAME, "phone": PHONE}, channel="SMS"
    )
    await town.person(Role.HANDLER).do("revealWriter", caseId=letter.id, purpose="联系来信人")
    stored = await _everything(town)
    assert {"cases", "submissions", "audit", "search_terms"} <= stored.keys()
    raw = b"".join(
        bson.encode(one, codec_options=PLAIN) for documents in stored.values() for one in documents
    )
    assert letter.number.encode() in raw
    code = letter.code.replace("-", "")
    for secret in (NAME, NAME[:2], PHONE, PHONE[:7], PHONE[-7:], letter.code, code, code.lower()):
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert secret.encode(encoding) not in raw, secret


async def test_two_letters_of_one_phone_can_be_told_to_be_of_one_phone(town: Town) -> None:
    phones = (PHONE, "+86 138 8000 7654", "13880007655")
    letters = [await town.letter(writer={"name": NAME, "phone": phone}) for phone in phones]
    writers = [await _writer(town, letter.key) for letter in letters]
    indexes = [one["phone_index"] for one in writers]
    assert indexes[0] == indexes[1] != indexes[2]
    for field in ("name", "phone"):
        assert len({bytes(one[field]) for one in writers}) == 3


async def _writer(town: Town, key: str) -> Any:
    document = await town.database["cases"].find_one({"_id": key})
    assert document is not None
    return document["writer"]


#    roles             unit    code of the refusal
REVEALING: tuple[tuple[tuple[Role, ...], str | None, str | None], ...] = (
    ((Role.HANDLER,), RIVER, None),
    ((Role.INTAKE,), None, None),
    ((Role.REVIEWER,), None, None),
    ((Role.SUPERVISOR,), None, None),
    ((Role.APPROVER,), None, "FORBIDDEN"),
    ((Role.OPS,), None, "FORBIDDEN"),
    ((Role.CITIZEN,), None, "FORBIDDEN"),
    ((), None, "UNAUTHENTICATED"),
    ((Role.HANDLER,), HILL, "NOT_FOUND"),
)


@pytest.mark.parametrize(("roles", "unit", "refused"), REVEALING, ids=str)
async def test_revealing_a_writer_takes_a_role_and_leaves_a_trace(
    town: Town, roles: tuple[Role, ...], unit: str | None, refused: str | None
) -> None:
    letter = await town.walked(TO_TRANSFER, writer={"name": NAME, "phone": PHONE})
    reader = town.person(*roles, unit=unit, subject="wang") if roles else town.citizen
    payload = await reader.do("revealWriter", caseId=letter.id, purpose=" 核实地址 ")
    trail = await town.office.audit.of_case(letter.key)
    if refused:
        assert payload["writer"] is None
        assert payload["errors"][0]["code"] == refused
        assert trail == []
    else:
        assert payload["writer"] == {"name": NAME, "phone": f"+86{PHONE}", "anonymous": False}
        assert [entry[1:] for entry in trail] == [("REVEAL_WRITER", "wang", "核实地址")]


async def test_every_look_is_an_entry_of_its_own(town: Town) -> None:
    letter = await town.letter()
    clerk = town.person(Role.INTAKE)
    for purpose in ("核实地址", "约定时间", "核实地址"):
        await clerk.do("revealWriter", caseId=letter.id, purpose=purpose)
    trail = await town.office.audit.of_case(letter.key)
    assert [entry[3] for entry in trail] == ["核实地址", "约定时间", "核实地址"]


@pytest.mark.parametrize("purpose", ["", "查", " 查 ", "查" * 201, "查看\x00"])
async def test_a_look_without_a_purpose_is_refused(town: Town, purpose: str) -> None:
    letter = await town.letter()
    payload = await town.person(Role.INTAKE).do("revealWriter", caseId=letter.id, purpose=purpose)
    (error,) = payload["errors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", "purpose")
    assert await town.office.audit.of_case(letter.key) == []


async def test_a_case_that_is_not_there_reveals_nobody(town: Town) -> None:
    payload = await town.person(Role.INTAKE).do(
        "revealWriter", caseId=case_id("0" * 24), purpose="核实地址"
    )
    assert (payload["writer"], payload["errors"][0]["field"]) == (None, "caseId")


async def test_no_log_names_the_writer(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="lizheng")
    letter = await town.letter(writer={"name": NAME, "phone": PHONE})
    await town.person(Role.INTAKE).do("revealWriter", caseId=letter.id, purpose="核实地址")
    assert NAME not in caplog.text
    assert PHONE not in caplog.text
    assert letter.code not in caplog.text
