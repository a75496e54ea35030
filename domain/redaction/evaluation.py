"""How well the rules do on sentences in which a reader has marked what is personal.

Recall: of what the reader marked, what is hidden to the last letter and digit. Precision: of what
is hidden, what lies for the most part within a mark; it counts for the kind that the rules name.

A road or an estate is nobody's; its number is somebody's door. Where a reader has marked the road
as well, its number and what follows is what has to be hidden. A surname without a given name
(李女士, 老张, 姓周) is hidden on purpose and counts neither as found nor as wrongly hidden, nor as
missed, whatever a reader has marked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from domain.redaction import Redaction, RedactionKind, redactions_of
from domain.redaction.signs import read_signs
from domain.redaction.surnames import SURNAMES

_NUMERAL = r"[0-9A-Za-z零〇一二三四五六七八九十百壹贰叁肆伍陆柒捌玖拾佰甲乙丙丁]"
_DOOR = re.compile(
    rf"(?:附|第|#)?{_NUMERAL}{{1,8}}\s?(?:[栋幢座号组社队门室房户#]|单元|信箱|支路|[-/]\s?[0-9])"
    r"|#[0-9]|(?:No|Room|Unit|Apt|Building|Flat|Block)\b\.?\s?[0-9]|[0-9]{1,4}(?=\s[A-Z])|"
    r"[0-9]{3,5}$"
)
"""A number of a house, a building or a room, as a reader sees one."""

_SURNAME = re.compile(
    r"[小老阿姓]?[\u4e00-\u9fff](?:先生|女士|小姐|同志|老师|师傅|阿姨|大爷|大妈|大叔|医生|书记|"
    r"主任|科长|局长|经理|姐|哥|某{1,2})"
    r"|[小老姓][\u4e00-\u9fff]"
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and what a reader marked in it; nothing is marked where all must stay."""

    text: str
    spans: tuple[Redaction, ...]

    @classmethod
    def from_dict(cls, fields: Mapping[str, object]) -> Labelled:
        """Of a line ``{"text": …, "spans": [{"start": …, "end": …, "kind": …}]}``.

        Raises ``ValueError``, ``KeyError`` or ``TypeError`` for anything else.
        """
        text, spans = fields["text"], fields["spans"]
        if not isinstance(text, str) or not isinstance(spans, list):
            raise TypeError("text and spans are wanted")
        return cls(
            text,
            tuple(Redaction(one["start"], one["end"], RedactionKind[one["kind"]]) for one in spans),
        )


@dataclass(slots=True)
class Score:
    """``labelled`` were marked, ``hidden`` of them hidden; ``found`` hidden, ``right`` of them
    rightly."""

    labelled: int = 0
    hidden: int = 0
    found: int = 0
    right: int = 0

    @property
    def recall(self) -> float | None:
        return self.hidden / self.labelled if self.labelled else None

    @property
    def precision(self) -> float | None:
        return self.right / self.found if self.found else None

    def add(self, other: Score) -> None:
        """Counts the other's too."""
        self.labelled += other.labelled
        self.hidden += other.hidden
        self.found += other.found
        self.right += other.right


@dataclass(slots=True)
class Evaluation:
    """``stayed`` of the ``untouched`` sentences without a mark were left as they are.

    ``missed`` and ``wrong`` are a text with the part that was, in order.
    """

    scores: dict[RedactionKind, Score] = field(default_factory=dict)
    untouched: int = 0
    stayed: int = 0
    missed: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    @property
    def total(self) -> Score:
        total = Score()
        for one in self.scores.values():
            total.add(one)
        return total


def evaluate(sentences: Iterable[Labelled]) -> Evaluation:
    """The rules against the reader."""
    result = Evaluation()
    for sentence in sentences:
        found = redactions_of(sentence.text)
        _count_labelled(result, sentence, _signs(sentence.text, found))
        _count_found(result, sentence, found)
        if not sentence.spans:
            result.untouched += 1
            result.stayed += all(_is_surname(sentence.text, span) for span in found)
    return result


def _count_labelled(result: Evaluation, sentence: Labelled, hidden: Collection[int]) -> None:
    for span in sentence.spans:
        score = result.scores.setdefault(span.kind, Score())
        if _is_surname(sentence.text, span):
            continue
        score.labelled += 1
        if _signs(sentence.text, [_from_door(sentence.text, span)]).issubset(hidden):
            score.hidden += 1
        else:
            result.missed.append((sentence.text, sentence.text[span.start : span.end]))


def _from_door(text: str, span: Redaction) -> Redaction:
    """The span from its number on; the whole of it when it has none."""
    if span.kind is not RedactionKind.ADDRESS:
        return span
    plain = read_signs(text[span.start : span.end])
    door = _DOOR.search(plain.text)
    return replace(span, start=span.start + (plain.positions[door.start()] if door else 0))


def _is_surname(text: str, span: Redaction) -> bool:
    """Whether it is a surname alone, with 小 or 老 before it, or a title or 姓 in its mark."""
    part = text[span.start : span.end]
    return span.kind is RedactionKind.NAME and (part in SURNAMES or bool(_SURNAME.fullmatch(part)))


def _count_found(result: Evaluation, sentence: Labelled, found: Iterable[Redaction]) -> None:
    marked = _signs(sentence.text, sentence.spans)
    for span in found:
        if _is_surname(sentence.text, span):
            continue
        score = result.scores.setdefault(span.kind, Score())
        score.found += 1
        signs = _signs(sentence.text, [span])
        if 2 * len(signs & marked) >= len(signs):
            score.right += 1
        else:
            result.wrong.append((sentence.text, sentence.text[span.start : span.end]))


def _signs(text: str, spans: Iterable[Redaction]) -> set[int]:
    """Places of letters and digits; what stands between them tells nothing."""
    return {at for span in spans for at in range(span.start, span.end) if text[at].isalnum()}
