"""A disk that fills up and gets room again takes nothing along, and needs no hand."""

from __future__ import annotations

import pytest

from tests.durability.full_disk import CannotMount, show, small_disk
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("release"), pytest.mark.database]


def test_a_disk_that_was_full_takes_nothing_along_and_needs_no_hand(product: Product) -> None:
    try:
        with small_disk(product.data_dir):
            try:
                (shown,) = show(product, 1)
            finally:
                product.remove()
    except CannotMount as error:
        pytest.skip(str(error))
    assert shown.answer == "UNAVAILABLE"
