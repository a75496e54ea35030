"""The process table: who may do what where. The rows below are written down independently of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from domain.case import Case
from domain.refusals import ActionNotAllowed, Forbidden, Refusal
from domain.words import Role, Stage
from domain.workflow import TRANSITIONS, Action
from tests.domain.office import (
    STANDING,
    TO_CALLBACK,
    TO_CONCLUSION,
    TO_FEEDBACK,
    TO_HANDLING,
    TWICE_DISSATISFIED,
    TWICE_REFUSED,
    USUAL,
    acts,
    moment,
    person,
    walked,
)

pytestmark = pytest.mark.ring("test")

# action           | by                  | from                           | to ("=": stays)
ROWS = """
ACCEPT             | INTAKE SUPERVISOR   | ACCEPTANCE                     | REVIEW
REJECT             | INTAKE SUPERVISOR   | ACCEPTANCE                     | CONCLUSION
JOIN               | INTAKE SUPERVISOR   | ACCEPTANCE                     | CONCLUSION
DISPATCH_DIRECTLY  | INTAKE SUPERVISOR   | ACCEPTANCE                     | HANDLING
REVIEW_DISPATCH    | REVIEWER SUPERVISOR | HANDLING                       | = TRANSFER
REVIEW_DISPATCH    | REVIEWER SUPERVISOR | FEEDBACK CALLBACK CONCLUSION   | =
REVIEW             | REVIEWER SUPERVISOR | REVIEW                         | TRANSFER
RETURN_TO_INTAKE   | REVIEWER SUPERVISOR | REVIEW                         | ACCEPTANCE
SIGN_FOR           | HANDLER             | TRANSFER                       | COMMUNICATION
PASS_DOWN          | HANDLER             | TRANSFER                       | =
REFUSE             | HANDLER             | TRANSFER                       | REVIEW
ADJUDICATE         | SUPERVISOR          | REVIEW                         | COMMUNICATION
RECORD_CONTACT     | HANDLER             | COMMUNICATION                  | = HANDLING
STOP_CLOCK         | HANDLER             | COMMUNICATION HANDLING         | =
RESTART_CLOCK      | HANDLER SYSTEM      | COMMUNICATION HANDLING         | =
NOTE_PROGRESS      | HANDLER             | HANDLING                       | =
INVOLVE_UNIT       | HANDLER             | HANDLING                       | =
REQUEST_EXTENSION  | HANDLER             | HANDLING                       | =
DECIDE_EXTENSION   | APPROVER            | HANDLING                       | =
SUBMIT_REPLY       | HANDLER             | HANDLING                       | FEEDBACK
SEND_BACK_REPLY    | APPROVER            | FEEDBACK                       | HANDLING
APPROVE_REPLY      | APPROVER            | FEEDBACK                       | CALLBACK
ANSWER_SURVEY      | CITIZEN             | CALLBACK                       | = CONCLUSION HANDLING
RECORD_CALLBACK    | INTAKE SUPERVISOR   | CALLBACK                       | = CONCLUSION HANDLING
DECIDE_CALLBACK    | REVIEWER SUPERVISOR | CALLBACK                       | CONCLUSION HANDLING
ANSWER_SURVEY      | CITIZEN             | CONCLUSION                     | =
ANSWER_JOINED      | SYSTEM              | CONCLUSION                     | =
CLOSE_UNANSWERED   | SYSTEM              | CALLBACK                       | CONCLUSION
APPEAL             | CITIZEN             | CONCLUSION                     | =
DECIDE_APPEAL      | SUPERVISOR          | CONCLUSION                     | = REVIEW
WITHDRAW           | CITIZEN             | ACCEPTANCE REVIEW TRANSFER     | CONCLUSION
WITHDRAW           | CITIZEN             | COMMUNICATION HANDLING         | CONCLUSION
SUPERVISE          | SUPERVISOR SYSTEM   | ACCEPTANCE REVIEW TRANSFER     | =
SUPERVISE          | SUPERVISOR SYSTEM   | COMMUNICATION HANDLING         | =
SUPERVISE          | SUPERVISOR SYSTEM   | FEEDBACK CALLBACK              | =
REVOKE_SUPERVISION | SYSTEM              | ACCEPTANCE REVIEW TRANSFER     | =
REVOKE_SUPERVISION | SYSTEM              | COMMUNICATION HANDLING         | =
REVOKE_SUPERVISION | SYSTEM              | FEEDBACK CALLBACK CONCLUSION   | =
ARCHIVE            | SYSTEM              | CONCLUSION                     | ARCHIVE
"""

# What has to happen before an action makes sense, where standing in the stage is not enough.
READY = {
    (Stage.REVIEW, Action.ADJUDICATE): TWICE_REFUSED,
    (Stage.COMMUNICATION, Action.RESTART_CLOCK): "ACCEPT REVIEW SIGN_FOR STOP_CLOCK",
    (Stage.HANDLING, Action.RESTART_CLOCK): f"{TO_HANDLING} STOP_CLOCK",
    (Stage.HANDLING, Action.DECIDE_EXTENSION): f"{TO_HANDLING} REQUEST_EXTENSION",
    (Stage.HANDLING, Action.REVIEW_DISPATCH): "DISPATCH_DIRECTLY",
    (Stage.FEEDBACK, Action.REVIEW_DISPATCH): "DISPATCH_DIRECTLY SUBMIT_REPLY",
    (Stage.CALLBACK, Action.REVIEW_DISPATCH): "DISPATCH_DIRECTLY SUBMIT_REPLY APPROVE_REPLY",
    (Stage.CONCLUSION, Action.REVIEW_DISPATCH): "DISPATCH_DIRECTLY WITHDRAW",
    (Stage.CALLBACK, Action.DECIDE_CALLBACK): TWICE_DISSATISFIED,
    (Stage.CONCLUSION, Action.DECIDE_APPEAL): f"{TO_CONCLUSION} APPEAL",
    (Stage.CONCLUSION, Action.ANSWER_JOINED): "JOIN",
    (Stage.CONCLUSION, Action.ANSWER_SURVEY): "JOIN ANSWER_JOINED",
    **{
        (stage, Action.REVOKE_SUPERVISION): walk
        for stage, walk in (
            (Stage.ACCEPTANCE, "SUPERVISE"),
            (Stage.REVIEW, "ACCEPT SUPERVISE"),
            (Stage.TRANSFER, "ACCEPT REVIEW SUPERVISE"),
            (Stage.COMMUNICATION, "ACCEPT REVIEW SIGN_FOR SUPERVISE"),
            (Stage.HANDLING, f"{TO_HANDLING} SUPERVISE"),
            (Stage.FEEDBACK, f"{TO_HANDLING} SUPERVISE SUBMIT_REPLY"),
            (Stage.CALLBACK, f"{TO_HANDLING} SUPERVISE SUBMIT_REPLY APPROVE_REPLY"),
            (Stage.CONCLUSION, "SUPERVISE REJECT"),
        )
    },
}
LATER = {Action.CLOSE_UNANSWERED: "2017-06-01", Action.ARCHIVE: "2017-06-01"}


class Row(NamedTuple):
    by: frozenset[Role]
    to: frozenset[Stage]


def _expected() -> dict[tuple[Stage, Action], Row]:
    table: dict[tuple[Stage, Action], Row] = {}
    for line in ROWS.strip().splitlines():
        action, by, stages, to = (part.split() for part in line.split("|"))
        for name in stages:
            ends = frozenset(Stage[name if end == "=" else end] for end in to)
            table[Stage[name], Action[action[0]]] = Row(frozenset(Role[role] for role in by), ends)
    return table


EXPECTED = _expected()


class Cell(NamedTuple):
    """One of the table's 9 x 32 x 8 cells, and a case on which it can be tried."""

    stage: Stage
    action: Action
    role: Role
    case: Case

    @property
    def expected(self) -> str:
        row = EXPECTED.get((self.stage, self.action))
        if row is None:
            return "no such step"
        return "taken" if self.role in row.by else "not this role"

    def tried(self) -> str:
        """What ``take`` says."""
        who = person(self.role)
        try:
            after = acts(self.case, self.action, by=who, when=LATER.get(self.action))
        except Forbidden as refusal:
            return "not this role" if "roles" in refusal.text.en else str(refusal)
        except Refusal as refusal:
            nowhere = f"{self.action} is not possible in the stage {self.stage}."
            is_plain = isinstance(refusal, ActionNotAllowed) and refusal.text.en == nowhere
            return "no such step" if is_plain else str(refusal)
        entry = after.history[-1]
        recorded = (entry.action, entry.role, entry.subject)
        assert recorded == (self.action, self.role, who.subject)
        assert after.stage in EXPECTED[self.stage, self.action].to
        return "taken"

    def offered(self) -> bool:
        """Whether a client shows the button."""
        now = moment(self.case, LATER.get(self.action), person(self.role))
        return self.action in self.case.available_actions(now)


def _cells() -> Iterator[Cell]:
    for stage in Stage:
        for action in Action:
            walk = READY.get((stage, action))
            case = walked(walk) if walk else STANDING[stage]
            assert case.stage is stage
            for role in Role:
                yield Cell(stage, action, role, case)


def test_every_stage_and_action_and_role_is_decided_by_the_table() -> None:
    cells = list(_cells())
    assert len(cells) == 9 * 32 * 8
    wrong = [
        f"{cell.stage} {cell.action} {cell.role}: {cell.tried()}, not {cell.expected}"
        for cell in cells
        if cell.tried() != cell.expected
    ]
    assert wrong == []


def test_a_button_is_offered_exactly_where_the_action_is_taken() -> None:
    wrong = [
        f"{cell.stage} {cell.action} {cell.role}"
        for cell in _cells()
        if cell.offered() != (cell.expected == "taken")
    ]
    assert wrong == []


def test_every_step_leads_where_it_should_and_nowhere_else() -> None:
    leads = {
        (stage, action): frozenset(step.to)
        for stage, steps in TRANSITIONS.items()
        for action, step in steps.items()
    }
    assert leads == {key: row.to for key, row in EXPECTED.items()}


def test_all_nine_stages_stand_in_the_table_and_nothing_leaves_the_archive() -> None:
    assert list(TRANSITIONS) == list(Stage)
    assert TRANSITIONS[Stage.ARCHIVE] == {}


def test_a_supervisor_may_do_what_intake_and_reviewer_may() -> None:
    for steps in TRANSITIONS.values():
        for action, step in steps.items():
            if {Role.INTAKE, Role.REVIEWER} & set(step.by):
                assert Role.SUPERVISOR in step.by, action


def test_a_refused_action_names_the_stage_and_the_action_in_both_languages() -> None:
    with pytest.raises(ActionNotAllowed) as refused:
        acts(STANDING[Stage.REVIEW], Action.ACCEPT)
    assert refused.value.text.en == "ACCEPT is not possible in the stage REVIEW."
    assert refused.value.text.zh == "“审核”环节不能进行“受理”操作。"


def test_a_stage_says_no_before_a_role_does_and_a_role_before_a_value() -> None:
    bad: dict[str, object] = {"reason": "", "nonsense": 1}
    with pytest.raises(ActionNotAllowed):
        STANDING[Stage.REVIEW].take(Action.REJECT, moment(STANDING[Stage.REVIEW]), bad)
    with pytest.raises(Forbidden):
        STANDING[Stage.ACCEPTANCE].take(Action.REJECT, moment(STANDING[Stage.ACCEPTANCE]), bad)


@pytest.mark.parametrize("action", Action)
def test_an_action_refuses_a_value_that_it_does_not_ask_for(action: Action) -> None:
    stage = next(stage for stage, one in EXPECTED if one is action)
    walk = READY.get((stage, action))
    case = walked(walk) if walk else STANDING[stage]
    with pytest.raises(Refusal) as refused:
        acts(case, action, when=LATER.get(action), stage="ARCHIVE")
    assert (refused.value.code, refused.value.field) == ("INVALID_INPUT", "stage")


REQUIRED = [
    (stage, action, name)
    for stage, steps in TRANSITIONS.items()
    for action, step in steps.items()
    for name, ask in step.asks.items()
    if ask.required
]


@pytest.mark.parametrize(("stage", "action", "name"), REQUIRED)
def test_an_action_insists_on_what_it_asks_for(stage: Stage, action: Action, name: str) -> None:
    walk = READY.get((stage, action))
    case = walked(walk) if walk else STANDING[stage]
    assert name in USUAL[action]
    with pytest.raises(Refusal) as refused:
        acts(case, action, **{name: None})
    assert (refused.value.code, refused.value.field) == ("INVALID_INPUT", name)


@pytest.mark.parametrize("walk", ["", TO_HANDLING, TO_FEEDBACK, TO_CALLBACK, TO_CONCLUSION])
def test_the_clockworks_keepers_are_offered_nothing(walk: str) -> None:
    case = walked(walk)
    assert case.available_actions(moment(case, by=person(Role.OPS))) == ()
