"""The bulletin as a table for a terminal, and as CSV for whoever goes on counting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from cli.press.amounts import change_told, parts_told, value_told
from cli.press.edition import Paper, letters_told
from cli.press.story import changes, headline, proof, standing
from domain.baselines import EXACT, POINTS
from domain.calendar import CITY_TIME
from domain.csv_text import format_for_people
from domain.refusals import Text
from services.figures.bulletins import ToldFigure

HEADS = {
    "zh": ("指标", "数值", "变化", "分子 / 分母", "定义"),
    "en": ("figure", "value", "change", "numerator / denominator", "definition"),
}
COLUMNS = (
    *("month", "edition", "state", "as_of", "section", "name", "label", "value", "change"),
    *("numerator", "denominator", "definition", "definition_text", "baseline"),
    *("baseline_recorded", "unit", "change_unit", "baseline_label"),
)
UNITS = {False: ("percent", "percentage points"), True: ("days", "days")}
"""Of a figure and of its change, by whether it is in days."""
NARROWEST = 120


def tell(paper: Paper, language: str) -> None:
    """Everything about the month's figures, on standard output."""
    console = Console(highlight=False, soft_wrap=True)
    for line in _lines_above(paper, language):
        console.print(line, markup=False)
    # A terminal breaks a line that is too long for it, and leaves out nothing of it.
    wide = Console(highlight=False, width=max(console.width, NARROWEST))
    wide.print(_table(paper, language))
    for line in _lines_below(paper, language):
        console.print(line, markup=False)


def as_csv(paper: Paper, language: str) -> str:
    """A line for each count and each figure, and for each number its unit.

    Rates are in percent and change by percentage points, so that a value less its change is what
    it was; averages are in days, counts in letters. ``as_of`` has Asia/Shanghai's offset.
    """
    return format_for_people([COLUMNS, *_rows(paper, language)])


def _rows(paper: Paper, language: str) -> Iterator[Sequence[object]]:
    told = paper.told
    as_of = told.as_of.astimezone(CITY_TIME).isoformat()
    shared = (told.month, told.edition or "", told.state.value, as_of)
    letters = "" if told.letters is None else told.letters
    yield [*shared, "letters", "TOTAL", "", letters, *[""] * 7, "letters", "", ""]
    for section, counts in (("level", paper.levels()), ("channel", paper.channels())):
        for word, count in counts:
            label = word.named(language)
            yield [*shared, section, word.value, label, count, *[""] * 7, "letters", "", ""]
    for one in told.figures:
        unit, change_unit = UNITS[one.name.is_in_days]
        yield [
            *(*shared, "figure", one.name.value, one.name.named(language)),
            *(_in_percent(one), one.change, one.numerator, one.denominator),
            *(one.definition.id, one.definition.text.spoken(language)),
            *(one.baseline.name, str(one.baseline.recorded).lower()),
            *(unit, change_unit, one.baseline.title.spoken(language)),
        ]


def _in_percent(one: ToldFigure) -> float | None:
    """Its value in its unit; what binary fractions add behind nine decimals is nothing."""
    if one.value is None or one.name.is_in_days:
        return one.value
    return round(one.value * POINTS, EXACT)


def _lines_above(paper: Paper, language: str) -> Iterator[str]:
    yield headline(paper).spoken(language)
    yield standing(paper).spoken(language)


def _table(paper: Paper, language: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, head in enumerate(HEADS[language]):
        table.add_column(head, justify="right" if place in (1, 2, 3) else "left", no_wrap=True)
    table.add_row("来信" if language == "zh" else "letters", letters_told(paper).spoken(language))
    for word, count in (*paper.levels(), *paper.channels()):
        table.add_row(f"  {word.named(language)}", f"{count:,}")
    for one in paper.told.figures:
        told = (value_told(one, language), change_told(one, language), parts_told(one))
        table.add_row(one.name.named(language), *told, one.definition.id)
    return table


def _lines_below(paper: Paper, language: str) -> Iterator[str]:
    yield baseline_told(paper).spoken(language)
    for one in paper.told.figures:
        yield f"{one.definition.id}: {one.definition.text.spoken(language)}"
    for line in (proof(paper), *changes(paper), withheld_line(paper)):
        if line is not None:
            yield line.spoken(language)


def withheld_line(paper: Paper) -> Text | None:
    """How many numbers of each table the public is not told."""
    if not paper.withheld:
        return None
    zh = "，".join(f"{one.table.zh}{one.numbers}项中{one.withheld}项" for one in paper.withheld)
    en = ", ".join(f"{one.table.en} {one.withheld} of {one.numbers}" for one in paper.withheld)
    return Text(f"不予公布的数字：{zh}。", f"Numbers withheld from the public: {en}.")


def baseline_told(paper: Paper) -> Text:
    """With what the figures are compared, and where that comes from."""
    baseline = paper.told.figures[0].baseline
    source = f" {baseline.source}" if baseline.source else ""
    title = baseline.title
    if baseline.recorded:
        return Text(
            f"变化的比较基准：{title.zh}（录入数据，非本系统计算）。{source}".rstrip(),
            f"Changes are on “{title.en}” (recorded, not computed here).{source}",
        )
    return Text(
        f"变化的比较基准：{title.zh}（由本系统计算）。",
        f"Changes are on “{title.en}” (computed).",
    )
