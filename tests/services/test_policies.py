from datetime import date
from pathlib import Path

import pytest

from domain.policies import Limit
from domain.words import Urgency
from services.policies import DATA, read_policies

pytestmark = pytest.mark.ring("test")

NORMAL, URGENT, COMPLEX = Urgency


@pytest.mark.parametrize(
    ("limit", "normal", "urgent", "complex_"),
    [
        (Limit.ACCEPTANCE, 1, 1, 1),
        (Limit.REVIEW, 1, 1, 1),
        (Limit.TRANSFER, 1, 1, 1),
        (Limit.COMMUNICATION, 2, 2, 2),  # the first contact
        (Limit.HANDLING, 5, 1, 10),
        (Limit.FEEDBACK, 1, 1, 1),
        (Limit.CALLBACK, 5, 10, 5),  # how long the survey stays open
        (Limit.REPLY, 10, 2, 20),  # the promise to the writer
    ],
)
def test_the_city_s_limits_in_working_days(
    limit: Limit, normal: int, urgent: int, complex_: int
) -> None:
    policy = read_policies().on(date(2017, 1, 20))
    found = [policy.days(limit, ("01", "01-01"), urgency) for urgency in Urgency]
    assert found == [normal, urgent, complex_]


HEADING = "version,valid_from,limit,category,urgency,working_days"
SHIPPED = (DATA / "deadline_policies.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"deadline_policies\.csv:1: the heading must be version,"),
        ("version,limit\n", r"deadline_policies\.csv:1: the heading must be version,"),
        (f"{HEADING}\n", r"deadline_policies\.csv: policies need versions"),
        (f"{HEADING}\n1,2017-01-01,REPLY,,,10\n", r"deadline_policies\.csv: version 1 has no def"),
        (f"{HEADING}\n1,2017-01-01,REPLY,,,ten\n", r"deadline_policies\.csv:2: working_days is"),
        (f"{HEADING}\n\n1,2017-01-01,REPLY\n", r"deadline_policies\.csv:3: working_days is miss"),
        (f"{HEADING}\n1,2017-01-01,REPLY,,,9,9\n", r"deadline_policies\.csv:2: there are more"),
    ],
)
def test_a_fault_names_the_file_and_the_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "deadline_policies.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"^{message}"):
        read_policies(tmp_path)


def test_a_city_brings_a_file_of_its_own_saved_by_a_spreadsheet(tmp_path: Path) -> None:
    text = (
        SHIPPED
        + "2,2018-07-01,REPLY,,,7\n"
        + SHIPPED.split("\n", 1)[1]
        .replace("1,2004-01-01,", "2,2018-07-01,")
        .replace("2,2018-07-01,REPLY,,,10\n", "")
    )
    (tmp_path / "deadline_policies.csv").write_text(text, encoding="utf-8-sig")
    policies = read_policies(tmp_path)
    days = [policies.on(date(year, 12, 1)).days(Limit.REPLY, (), NORMAL) for year in (2017, 2018)]
    assert days == [10, 7]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"deadline_policies\.csv"):
        read_policies(tmp_path)
