"""Figures and their changes as they are published: 99.2 %, 6.12 days, +0.2 points."""

from __future__ import annotations

from domain.definitions import FigureName
from services.figures.bulletins import ToldFigure

WITHHELD = {"zh": "不公布", "en": "withheld"}
NO_DATA = {"zh": "无数据", "en": "no data"}


def value_told(figure: ToldFigure, language: str) -> str:
    """To the published digit: the reply rate with one decimal, the rest with two.

    "no data" for 0/0, "withheld" where few letters are protected.
    """
    if figure.value is None:
        return (WITHHELD if figure.withheld else NO_DATA)[language]
    if figure.name.is_in_days:
        return f"{figure.value:.2f} {'天' if language == 'zh' else 'days'}"
    decimals = 1 if figure.name is FigureName.REPLY_RATE else 2
    return f"{_percent(figure.value, decimals):.{decimals}f} %"


def change_told(figure: ToldFigure, language: str) -> str:
    """With its sign, in points of percent or days; nothing without a baseline's value."""
    if figure.change is None:
        return ""
    return f"{_signed(figure.change)} {_unit(figure, language)}".replace("-", "−")


def distance_told(figure: ToldFigure, language: str) -> str:
    """The size of the change, without its sign."""
    return f"{_signed(abs(figure.change or 0)).lstrip('+')} {_unit(figure, language)}"


def direction(figure: ToldFigure) -> int:
    """1 for more than the baseline, -1 for less, 0 for the same to two decimals."""
    change = round(figure.change or 0, 2)
    return (change > 0) - (change < 0)


def parts_told(figure: ToldFigure) -> str:
    """Numerator and denominator; nothing where they are withheld."""
    if figure.numerator is None or figure.denominator is None:
        return ""
    decimals = 1 if figure.name.is_in_days else 0
    return f"{figure.numerator:,.{decimals}f} / {figure.denominator:,}"


def _percent(fraction: float, decimals: int) -> float:
    """What is not nothing is never told as 0, nor what is not all as 100."""
    percent, smallest = round(fraction * 100, decimals), 10.0**-decimals
    if 0 < fraction < 1:
        return min(max(percent, smallest), 100 - smallest)
    return percent


def _signed(change: float) -> str:
    """One decimal, as published; two where one would say nothing."""
    decimals = 2 if 0.005 <= abs(change) < 0.05 else 1
    rounded = round(change, decimals)
    return f"{rounded:+.{decimals}f}" if rounded else "0.0"


def _unit(figure: ToldFigure, language: str) -> str:
    if figure.name.is_in_days:
        return "天" if language == "zh" else "days"
    return "个百分点" if language == "zh" else "points"
