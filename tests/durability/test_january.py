"""January that is killed again and again has the figures of one that nobody disturbed."""

from __future__ import annotations

import pytest

from tests.durability.january import Kill, disturbed, undisturbed
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("release"), pytest.mark.database]

KILLS, SEED = 6, 1


def test_january_killed_again_and_again_has_the_same_figures(
    product: Product, other: Product
) -> None:
    expected, seconds = undisturbed(other)
    *kills, printed = disturbed(product, KILLS, SEED, seconds)
    assert printed == expected
    assert any(isinstance(one, Kill) and not one.ended for one in kills)
    assert product.command("verify", "--all")[0] == 0
