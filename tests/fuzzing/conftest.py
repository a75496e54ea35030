"""What fuzzers are let loose on: the product as its users run it, which lets everybody guess."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from api.tokens import DevelopmentIssuer
from domain.words import Role
from tests.durability.product import Product

UNBOUNDED = {"GUESSES_PER_NUMBER": "1000000", "GUESSES_PER_ADDRESS": "1000000"}


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Callable[[], int]
) -> Iterator[Product]:
    """A server that is left running."""
    product = Product(tmp_path_factory.mktemp("running"), unused_tcp_port_factory())
    product._environ.update(UNBOUNDED)
    try:
        product.start()
        yield product
    finally:
        product.remove()


@pytest.fixture(scope="module")
def everybody(running: Product) -> dict[str, str]:
    """Headers of somebody in every role: no refusal keeps them from the resolvers."""
    seed = running.settings.secrets.token_key
    assert seed is not None
    at = datetime.now(UTC) - timedelta(seconds=1)
    token = DevelopmentIssuer(seed).issue("everybody", tuple(Role), None, at)
    return {"Authorization": f"Bearer {token}"}
