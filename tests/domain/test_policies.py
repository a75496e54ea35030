from datetime import date

import pytest

from domain.policies import Limit, Policies, Policy, Rule, build_policies
from domain.rows import Row
from domain.words import Stage, Urgency

pytestmark = pytest.mark.ring("test")

NORMAL, URGENT, COMPLEX = Urgency
DEFAULTS = tuple(Rule(limit, None, None, 5) for limit in Limit)
POLICY = Policy(
    "test",
    date(2017, 1, 1),
    (
        *DEFAULTS,
        Rule(Limit.HANDLING, None, URGENT, 1),
        Rule(Limit.HANDLING, "01", None, 7),
        Rule(Limit.HANDLING, "01", COMPLEX, 12),
        Rule(Limit.HANDLING, "01-02", None, 3),
        Rule(Limit.HANDLING, "01-02-03", URGENT, 2),
    ),
)


@pytest.mark.parametrize(
    ("path", "urgency", "days"),
    [
        ((), NORMAL, 5),  # before the review: the default
        ((), URGENT, 1),  # urgency alone
        ((), COMPLEX, 5),  # no rule for it: the default
        (("02", "02-01"), URGENT, 1),  # another category
        (("01",), NORMAL, 7),  # the category
        (("01",), URGENT, 7),  # the category wins over the urgency
        (("01",), COMPLEX, 12),  # both together win over the category
        (("01", "01-02"), NORMAL, 3),  # deeper wins
        (("01", "01-02"), COMPLEX, 3),  # ... over a shallower one with its urgency too
        (("01", "01-02", "01-02-03"), URGENT, 2),  # the most specific of all
        (("01", "01-02", "01-02-03"), NORMAL, 3),  # not for this urgency
    ],
)
def test_the_most_specific_rule_wins(path: tuple[str, ...], urgency: Urgency, days: int) -> None:
    assert POLICY.days(Limit.HANDLING, path, urgency) == days
    assert POLICY.days(Limit.REPLY, path, urgency) == 5


def test_every_stage_before_the_conclusion_has_a_limit() -> None:
    limits = [Limit.of(stage) for stage in Stage]
    assert limits == [*(limit for limit in Limit if limit is not Limit.REPLY), None, None]


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2011-04-02", "one"),  # before the first: the first serves
        ("2017-01-01", "one"),  # its first day
        ("2018-06-30", "one"),  # its last
        ("2018-07-01", "two"),  # the next
        ("2030-01-01", "two"),  # and ever after
    ],
)
def test_the_policy_in_force_on_a_day(day: str, version: str) -> None:
    policies = Policies(
        (Policy("one", date(2017, 1, 1), DEFAULTS), Policy("two", date(2018, 7, 1), DEFAULTS))
    )
    assert policies.on(date.fromisoformat(day)).version == version


def test_a_policy_without_a_default_is_refused() -> None:
    with pytest.raises(ValueError, match="no default for REPLY"):
        Policy("test", date(2017, 1, 1), DEFAULTS[:-1])


def test_a_policy_that_says_a_thing_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="two rules"):
        Policy("test", date(2017, 1, 1), (*DEFAULTS, Rule(Limit.REPLY, None, None, 9)))


def test_a_policy_of_absurd_days_is_refused() -> None:
    with pytest.raises(ValueError, match="401 working days"):
        Policy("test", date(2017, 1, 1), (*DEFAULTS, Rule(Limit.REPLY, "01", None, 401)))


@pytest.mark.parametrize(
    "versions",
    [
        (),  # none at all
        (Policy("b", date(2018, 1, 1), DEFAULTS), Policy("a", date(2017, 1, 1), DEFAULTS)),
        (Policy("a", date(2017, 1, 1), DEFAULTS), Policy("b", date(2017, 1, 1), DEFAULTS)),
    ],
)
def test_versions_begin_on_different_days_in_order(versions: tuple[Policy, ...]) -> None:
    with pytest.raises(ValueError, match="different days"):
        Policies(versions)


def _rows(*lines: str) -> list[Row]:
    columns = ("version", "valid_from", "limit", "category", "urgency", "working_days")
    defaults = [f"{v},{d},{limit},,,5" for v, d in VERSIONS for limit in Limit]
    return [
        Row("policies.csv", number, dict(zip(columns, line.split(","), strict=True)))
        for number, line in enumerate((*defaults, *lines), start=2)
    ]


VERSIONS = (("2", "2018-01-01"), ("1", "2017-01-01"))


def test_rows_become_versions_in_order_of_their_days() -> None:
    policies = build_policies(_rows("1,2017-01-01,REPLY,01,URGENT,2"))
    assert [policy.version for policy in policies.versions] == ["1", "2"]
    assert policies.versions[0].days(Limit.REPLY, ("01",), URGENT) == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",2017-01-01,REPLY,01,,2", "version is missing"),
        ("1,2017-02-30,REPLY,01,,2", "not a date"),
        ("1,2017-01-02,REPLY,01,,2", "version 1 begins on 2017-01-01"),
        ("1,2017-01-01,ARCHIVE,01,,2", "limit is 'ARCHIVE'"),
        ("1,2017-01-01,REPLY,01,SLOW,2", "urgency is 'SLOW'"),
        ("1,2017-01-01,REPLY,01,,", "working_days is missing"),
        ("1,2017-01-01,REPLY,01,,two", "not a number from 1 to 400"),
        ("1,2017-01-01,REPLY,01,,٢", "not a number from 1 to 400"),
        ("1,2017-01-01,REPLY,01,,0", "not a number from 1 to 400"),
        ("1,2017-01-01,REPLY,01,,401", "not a number from 1 to 400"),
        ("1,2017-01-01,REPLY,,,2", "a line above says the same"),
    ],
)
def test_a_bad_row_is_named(line: str, reason: str) -> None:
    with pytest.raises(ValueError, match=rf"^policies\.csv:18: .*{reason}"):
        build_policies(_rows(line))
