"""AWS on this machine, for the tests of what speaks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.infra.moto import running_moto


@pytest.fixture(scope="session")
def moto_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a moto server, for the whole run."""
    with running_moto(tmp_path_factory.mktemp("moto")) as url:
        yield url
