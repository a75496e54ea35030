"""A product that is started, and one that is not; both leave no process behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.durability.product import Product


@pytest.fixture
def product(tmp_path: Path, unused_tcp_port: int) -> Iterator[Product]:
    """On an empty data directory, not started yet."""
    product = Product(tmp_path, unused_tcp_port)
    yield product
    product.remove()


@pytest.fixture
def other(tmp_path: Path, unused_tcp_port_factory: Callable[[], int]) -> Iterator[Product]:
    """A second installation, not started yet."""
    product = Product(tmp_path / "other", unused_tcp_port_factory())
    product.data_dir.mkdir(parents=True)
    yield product
    product.remove()


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Callable[[], int]
) -> Iterator[Product]:
    """Started once, for tests that leave it running."""
    product = Product(tmp_path_factory.mktemp("running"), unused_tcp_port_factory())
    try:
        product.start()
        yield product
    finally:
        product.remove()
