"""What each notice says, in Chinese and English.

Never a query code, never a word of the letter's body. A reply that is short goes out whole; of a
long one, and of a confidential case, it is told that it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from domain.calendar import city_date
from domain.case import Case
from domain.history import Entry
from domain.notices import About, Notice, Occasion
from domain.refusals import Text
from domain.words import Outcome, Rung
from domain.workflow import Action

LONGEST_REPLY = 300
"""Signs: some five parts of a Chinese text message."""
LONGEST_REASON = 120
MOST_LINES = 200
"""Of a digest; of the others it is told how many there are."""
SIGNED = Text("【网络理政】", "[Online Governance] ")


@dataclass(frozen=True, slots=True)
class Told:
    """What a text is made of.

    ``main`` is the case whose reply the writer gets, where the letter was joined to one; ``link``
    opens the survey.
    """

    notice: Notice
    case: Case
    main: Case | None = None
    link: str | None = None

    @property
    def entry(self) -> Entry:
        """What happened: the entry that the notice tells of."""
        mains = self.main.history if self.main else ()
        about, at = self.notice.about, self.notice.queued_at
        same = [entry for entry in (*mains, *self.case.history) if entry.action == about]
        exact = next((entry for entry in same if entry.at == at), None)
        return exact or (same or self.case.history)[-1]

    def detail(self, name: str) -> str:
        """What was given with the action, shortened; empty when nothing was."""
        return shortened(str(self.entry.details.get(name) or ""), LONGEST_REASON)


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and a subject for the media that have one. ``quotes``: it repeats a case's words."""

    text: Text
    subject: Text
    quotes: bool = False


Telling: TypeAlias = Callable[[Told], tuple[str, str]]
"""What is said after the number, in Chinese and English."""


def writers_words(told: Told) -> Words:
    """What a writer reads."""
    zh, en = _WRITERS[told.notice.about](told)
    number = told.case.number
    return Words(
        Text(f"{SIGNED.zh}您的来信（编号{number}）{zh}", f"{SIGNED.en}Your letter {number} {en}"),
        Text(f"来信{number}", f"Letter {number}"),
        quotes=told.notice.about in _QUOTING,
    )


def units_words(told: Told) -> Words:
    """What a unit reads of one case."""
    zh, en = _UNITS[told.notice.about](told)
    case = told.case
    return Words(
        Text(
            f"{SIGNED.zh}{zh}：{_named(case)}。{_limits(case).zh}",
            f"{SIGNED.en}{en}: {_named(case)}. {_limits(case).en}",
        ),
        Text(f"{zh.partition('：')[0]} {case.number}", f"{en.partition(':')[0]} {case.number}"),
        quotes=True,
    )


def digest_line(notice: Notice, case: Case) -> Text:
    """One line of a unit's digest."""
    what = _what(notice, case)
    limits = _limits(case)
    named = _named(case)
    return Text(f"{what.zh}　{named}　{limits.zh}", f"{what.en}  {named}  {limits.en}")


def digest_words(day: date, lines: Sequence[Text]) -> Words:
    """What a unit reads of a day: up to 200 lines, and how many more there are."""
    shown, more = lines[:MOST_LINES], max(0, len(lines) - MOST_LINES)
    subject = Text(
        f"{day.isoformat()} 督办摘要（{len(lines)}条）",
        f"Digest of {day.isoformat()} ({len(lines)})",
    )
    zh, en = [subject.zh, *(line.zh for line in shown)], [subject.en, *(line.en for line in shown)]
    if more:
        zh.append(f"另有{more}条")
        en.append(f"and {more} more")
    return Words(Text(SIGNED.zh + "\n".join(zh), SIGNED.en + "\n".join(en)), subject, quotes=True)


def shortened(text: str, most: int) -> str:
    """At most ``most`` signs, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


# To writers


def _received(told: Told) -> tuple[str, str]:
    return (
        "已收到。可凭编号和查询码查询办理进度。",
        "has arrived. Number and query code show where it stands.",
    )


def _rejected(told: Told) -> tuple[str, str]:
    reason, advice = told.detail("reason"), told.detail("advice")
    zh, en = f"未予受理。原因：{reason}", f"was not accepted. Reason: {reason}"
    return (f"{zh}。建议：{advice}", f"{en}. Advice: {advice}") if advice else (zh, en)


def _joined(told: Told) -> tuple[str, str]:
    is_to_come = told.case.last(Action.ANSWER_JOINED) is not None
    if told.main is not None and told.main.reply is not None and not is_to_come:
        answer = _answer(told)
        return f"所述事项已有答复{answer.zh}", f"is about a matter that was answered{answer.en}"
    return (
        "所述事项已在办理中，现已并案，答复后将告知您。",
        "was joined to a case about the same matter; you will be told its reply.",
    )


def _extended(told: Told) -> tuple[str, str]:
    due = city_date(told.case.promise.due_at).isoformat()
    if told.entry.details.get("granted"):
        return f"办理时间已延长，将于{due}前答复。", f"needs more time; the reply is due by {due}."
    return f"仍按原时限办理，将于{due}前答复。", f"keeps its date; the reply is due by {due}."


def _answered(told: Told) -> tuple[str, str]:
    answer = _answer(told)
    return f"已有答复{answer.zh}", f"has its reply{answer.en}"


def _answered_with_main(told: Told) -> tuple[str, str]:
    """The main case's reply, under the number of the letter that was joined to it."""
    answer = _answer(told)
    if told.main is not None and told.main.outcome is Outcome.REJECTED:
        return f"所并入的诉求件未予受理{answer.zh}", f"was joined to one not accepted{answer.en}"
    return f"已有答复{answer.zh}", f"has its reply{answer.en}"


def _appeal_decided(told: Told) -> tuple[str, str]:
    reason = told.detail("reason")
    if told.entry.details.get("granted"):
        return f"将重新办理。说明：{reason}", f"will be worked on again. Reason: {reason}"
    return f"经复核维持原办理结果。说明：{reason}", f"was reviewed; it stands. Reason: {reason}"


def _survey(told: Told) -> tuple[str, str]:
    return (
        (
            f"已答复。问题是否解决、您是否满意？请打开 {told.link} 评价，"
            "或直接回复1至5（5为非常满意，1为很不满意）。"
        ),
        (
            f"was answered. Is the matter resolved, are you satisfied? Tell us at {told.link} "
            "or reply 1 to 5 (5 is very satisfied, 1 very dissatisfied)."
        ),
    )


def _survey_reminder(told: Told) -> tuple[str, str]:
    return (
        f"尚待您评价。请打开 {told.link}，或直接回复1至5（5为非常满意，1为很不满意）。",
        (
            f"waits for your answer: {told.link}, or reply 1 to 5 (5 is very satisfied, "
            "1 very dissatisfied)."
        ),
    )


def _answer(told: Told) -> Text:
    """The reply, or that it can be read."""
    case = told.main or told.case
    text = case.reply.text if case.reply else ""
    private = case.confidential or told.case.confidential
    if text and not private and len(text) <= LONGEST_REPLY:
        return Text(f"：{text}", f": {text}")
    return Text("，请凭编号和查询码查看。", "; number and query code open it.")


_WRITERS: Mapping[About, Telling] = {
    None: _received,
    Action.REJECT: _rejected,
    Action.JOIN: _joined,
    Action.DECIDE_EXTENSION: _extended,
    Action.APPROVE_REPLY: _answered,
    Action.ANSWER_JOINED: _answered_with_main,
    Action.DECIDE_APPEAL: _appeal_decided,
    Occasion.SURVEY: _survey,
    Occasion.SURVEY_REMINDER: _survey_reminder,
}
_QUOTING = (
    Action.REJECT,
    Action.JOIN,
    Action.APPROVE_REPLY,
    Action.ANSWER_JOINED,
    Action.DECIDE_APPEAL,
)

# To units


def _to_sign_for(told: Told) -> tuple[str, str]:
    return "有新的诉求件待签收", "A new case waits to be signed for"


def _to_handle(told: Told) -> tuple[str, str]:
    return "有紧急诉求件直派办理", "An urgent case was dispatched directly"


def _decided(told: Told) -> tuple[str, str]:
    return "经督办裁定由贵单位办理", "The supervisor decided that this is your unit's case"


def _involved(told: Told) -> tuple[str, str]:
    return "请协助办理诉求件", "Your unit's help is asked for with a case"


def _extension_decided(told: Told) -> tuple[str, str]:
    granted = told.entry.details.get("granted")
    if granted:
        return "延期申请已批准", "More time was granted"
    reason = told.detail("reason")
    zh, en = "延期申请未批准", "More time was not granted"
    return (f"{zh}：{reason}", f"{en}: {reason}") if reason else (zh, en)


def _sent_back(told: Told) -> tuple[str, str]:
    reason = told.detail("reason")
    return f"答复被退回：{reason}", f"A reply was sent back: {reason}"


def _supervised(told: Told) -> tuple[str, str]:
    rung = Rung[str(told.entry.details["rung"])]
    return f"督办（{rung.zh}）", f"Supervision ({rung.en})"


def _supervision_revoked(told: Told) -> tuple[str, str]:
    rung = Rung[str(told.entry.details["rung"])]
    return f"撤销督办（{rung.zh}）", f"Supervision revoked ({rung.en})"


_UNITS: Mapping[About, Telling] = {
    Action.REVIEW: _to_sign_for,
    Action.PASS_DOWN: _to_sign_for,
    Action.REVIEW_DISPATCH: _to_sign_for,
    Action.DISPATCH_DIRECTLY: _to_handle,
    Action.ADJUDICATE: _decided,
    Action.INVOLVE_UNIT: _involved,
    Action.DECIDE_EXTENSION: _extension_decided,
    Action.SEND_BACK_REPLY: _sent_back,
    Action.SUPERVISE: _supervised,
    Action.REVOKE_SUPERVISION: _supervision_revoked,
}


def _what(notice: Notice, case: Case) -> Text:
    """What a line of a digest is about."""
    if isinstance(notice.about, Occasion):
        return Text(notice.about.zh, notice.about.en)
    return Text(*_UNITS[notice.about](Told(notice, case)))


def _named(case: Case) -> str:
    """Number and title, on one line; of a confidential case the number alone."""
    title = "" if case.confidential else f"《{' '.join(case.letter.title.split())}》"
    return case.number + title


def _limits(case: Case) -> Text:
    """The stage's date and the one that the writer was promised."""
    clock = case.stage_clock
    zh, en = [f"答复时限{_day(case.promise.due_at)}"], [f"reply due {_day(case.promise.due_at)}"]
    if clock is not None:
        zh.insert(0, f"{case.stage.zh}时限{_day(clock.due_at)}")
        en.insert(0, f"{case.stage.en.lower()} due {_day(clock.due_at)}")
    return Text("，".join(zh), ", ".join(en))


def _day(at: datetime) -> str:
    return city_date(at).isoformat()
