"""Topics that rise against their own past: a rate ratio with a lower bound, not a percentage.

A month's letters are compared with those of the months before it, each by the days it had:

    ratio = ((c + ½) / d) / ((B + ½) / D)        c letters in d days, B letters in D days before
    lower = exp(ln ratio - z · √(φ · (1 / (c + ½) + 1 / (B + ½))))

The logarithm of the ratio of two Poisson rates is nearly normal with the variance 1/c + 1/B
(K. J. Rothman, S. Greenland, T. L. Lash, *Modern Epidemiology*, 3rd ed. 2008, chapter 14). The ½
(J. B. S. Haldane 1956, F. J. Anscombe 1956: a Jeffreys prior of a Poisson rate) lets a topic begin
at nothing, and keeps small counts from looking like large rises. φ is how much more the past months
differ from each other than Poisson counts would, Pearson's X² by its degrees of freedom and at
least 1 (P. McCullagh, J. A. Nelder, *Generalized Linear Models*, 2nd ed. 1989, section 6.2: the
variance of a quasi-Poisson or negative binomial count). ``Z`` is one-sided 99 %: with a hundred
topics looked at, one is expected to get past by chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z = 2.326
PRIOR = 0.5
LEAST_LETTERS = 5
"""In the month itself, whoever reads."""
LEAST_MONTHS = 3
"""Of the past."""
PAST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Span:
    """So many letters in so many days."""

    letters: int
    days: float


@dataclass(frozen=True, slots=True)
class Rise:
    """``before`` is how many letters the past has in all, ``usual`` in a month's mean."""

    letters: int
    before: int
    usual: float
    ratio: float
    lower: float


def rise(month: Span, past: Sequence[Span]) -> Rise | None:
    """How a topic rose; None when it did not, or when there is too little to say so."""
    if month.letters < LEAST_LETTERS or len(past) < LEAST_MONTHS:
        return None
    before, days = sum(one.letters for one in past), sum(one.days for one in past)
    now, then = month.letters + PRIOR, before + PRIOR
    ratio = (now / month.days) / (then / days)
    error = math.sqrt(_dispersion(past) * (1 / now + 1 / then))
    lower = ratio * math.exp(-Z * error)
    if lower <= 1:
        return None
    return Rise(month.letters, before, before / len(past), ratio, lower)


def _dispersion(past: Sequence[Span]) -> float:
    """φ: Pearson's X² of the past months around their common rate, by its degrees of freedom."""
    letters, days = sum(one.letters for one in past), sum(one.days for one in past)
    if letters == 0:
        return 1.0
    expected = [letters * one.days / days for one in past]
    squares = ((one.letters - mean) ** 2 / mean for one, mean in zip(past, expected, strict=True))
    return max(1.0, sum(squares) / (len(past) - 1))
