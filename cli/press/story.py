"""The press release in words: a headline and a sentence for each figure, from the figures alone."""

from __future__ import annotations

from collections.abc import Iterator

from cli.press.amounts import direction, distance_told, parts_told, value_told
from cli.press.edition import Paper, clock, letters_told
from domain.definitions import BY_ID
from domain.refusals import Text
from domain.words import Word
from services.figures.bulletins import ToldFigure

MOVES = {
    (False, 1): Text("提高", "up"),
    (False, -1): Text("下降", "down"),
    (True, 1): Text("延长", "longer by"),
    (True, -1): Text("缩短", "shorter by"),
}


def headline(paper: Paper) -> Text:
    """The month, and how many letters came."""
    month, about, count = paper.month, paper.about, letters_told(paper)
    if paper.told.letters is None:
        return Text(
            f"{month.zh}{about.zh}领导信箱收到的群众来信过少，不予公布",
            f"{about.en} received too few letters to leader mailboxes in {month.en} to be told",
        )
    return Text(
        f"{month.zh}{about.zh}领导信箱收到群众来信{count.zh}件",
        f"{about.en} received {count.en} letters to leader mailboxes in {month.en}",
    )


def sentences(paper: Paper) -> Iterator[Text]:
    """Where the letters came, then each figure."""
    for told, lead in (
        (paper.levels(), Text("按信箱层级", "By level of the mailbox")),
        (paper.channels(), Text("按渠道", "By channel")),
    ):
        if told:
            yield _counted(lead, told)
    for figure in paper.told.figures:
        yield Text(_figure_zh(figure), _figure_en(figure))


def standing(paper: Paper) -> Text:
    """How firm the figures are, and as of when."""
    told = paper.told
    number = f"第{told.edition}版，" if told.edition else ""
    edition = f"edition {told.edition}, " if told.edition else ""
    return Text(
        f"{number}{told.state.zh}数据，截至{clock(told.as_of)}（北京时间）。",
        f"{edition}{told.state.en.lower()}; as of {clock(told.as_of)} (Asia/Shanghai).",
    )


def proof(paper: Paper) -> Text | None:
    """By which code it was counted, and the hash of what it was counted from."""
    told = paper.told
    if told.digest is None:
        return None
    return Text(
        f"程序版本 {told.code}，原始数据 SHA-256 {told.digest}",
        f"Counted by version {told.code}; SHA-256 of what was counted: {told.digest}",
    )


def changes(paper: Paper) -> Iterator[Text]:
    """What this edition changed on the one before, and why."""
    revision = paper.told.revision
    if revision is None:
        return
    yield Text(f"更正说明：{revision.reason}", f"Why there is a new edition: {revision.reason}")
    before, after = f"{revision.letters_before:,}", f"{revision.letters_after:,}"
    yield Text(f"来信：{before} → {after}", f"Letters: {before} → {after}")
    for one in revision.figures:
        name = BY_ID[one.definition].figure
        made = f"{one.before.numerator:g}/{one.before.denominator}"
        made += f" → {one.after.numerator:g}/{one.after.denominator}"
        why = [(because.reason, len(because.numbers)) for because in one.because]
        zh = "，".join(f"{reason.zh}{count}件" for reason, count in why)
        en = ", ".join(f"{reason.en}: {count}" for reason, count in why)
        yield Text(
            f"{name.zh}（{one.definition}）：{made}（{zh}）",
            f"{name.en} ({one.definition}): {made} ({en})",
        )


def _counted(lead: Text, told: list[tuple[Word, int]]) -> Text:
    zh = "，".join(f"{word.zh}{count:,}件" for word, count in told)
    en = ", ".join(f"{word.en} {count:,}" for word, count in told)
    return Text(f"{lead.zh}：{zh}。", f"{lead.en}: {en}.")


def _figure_zh(one: ToldFigure) -> str:
    if one.value is None:
        why = "因来信过少不公布" if one.withheld else "无数据"
        return f"{one.name.zh}{why}。"
    said = f"{one.name.zh}为{value_told(one, 'zh')}（{parts_told(one)}）"
    baseline = one.baseline.title.zh
    if one.change is None:
        return f"{said}，无可比数据。"
    move = direction(one)
    if not move:
        return f"{said}，与{baseline}持平。"
    moved = MOVES[one.name.is_in_days, move].zh
    return f"{said}，较{baseline}{moved}{distance_told(one, 'zh')}。"


def _figure_en(one: ToldFigure) -> str:
    if one.value is None:
        why = "withheld, as it is of few letters" if one.withheld else "no data"
        return f"{one.name.en}: {why}."
    said = f"{one.name.en}: {value_told(one, 'en')} ({parts_told(one)})"
    if one.change is None:
        return f"{said}; there is nothing to compare it with."
    baseline, move = f"“{one.baseline.title.en}”", direction(one)
    if not move:
        return f"{said}, unchanged on {baseline}."
    moved = MOVES[one.name.is_in_days, move].en
    return f"{said}, {moved} {distance_told(one, 'en')} on {baseline}."
