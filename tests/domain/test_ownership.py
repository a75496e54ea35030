"""Whose a letter became is proven by its seal, for this letter, this account and this moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.history import Chain
from domain.ownership import Ownership, ownership

pytestmark = pytest.mark.ring("test")

NOW = datetime(2017, 3, 6, 1, tzinfo=UTC)
CHAIN = Chain(b"k" * 32)
NUMBER = "20170306-000001-2"


@pytest.mark.parametrize("account", ["li", None])
def test_a_seal_fits_what_was_sealed(account: str | None) -> None:
    owned = ownership(NUMBER, account, NOW, CHAIN)
    assert owned.fits(NUMBER, CHAIN)
    elsewhere = replace(owned, at=NOW.astimezone())
    assert elsewhere.fits(NUMBER, CHAIN), "the same moment in another zone"


@pytest.mark.parametrize(
    "changed",
    [{"account": "zhao"}, {"account": None}, {"at": NOW + timedelta(milliseconds=1)}, {"seal": ""}],
)
def test_it_fits_nothing_else(changed: dict[str, object]) -> None:
    owned: Ownership = replace(ownership(NUMBER, "li", NOW, CHAIN), **changed)  # type: ignore[arg-type]
    assert not owned.fits(NUMBER, CHAIN)


def test_it_fits_no_other_letter_and_no_other_key() -> None:
    owned = ownership(NUMBER, "li", NOW, CHAIN)
    assert not owned.fits("20170306-000002-1", CHAIN)
    assert not owned.fits(NUMBER, Chain(b"x" * 32))


def test_nobody_is_no_name_that_somebody_can_have() -> None:
    nobody = ownership(NUMBER, None, NOW, CHAIN)
    for name in ("-", "None", ""):
        assert not replace(nobody, account=name).fits(NUMBER, CHAIN)
