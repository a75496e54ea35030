"""What Node's tools are pointed at: the product as its users run it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.durability.product import Product


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Callable[[], int]
) -> Iterator[Product]:
    """A server that is left running."""
    product = Product(tmp_path_factory.mktemp("running"), unused_tcp_port_factory())
    try:
        product.start()
        yield product
    finally:
        product.remove()
