"""Under which of the two drivers a test runs.

Whatever touches the database runs under motor. What differs between the drivers, and a sample of
everything else, runs under PyMongo Async as well, in the ring that ``pytest.mark.drivers`` names.
``MONGODB_DRIVER`` picks one driver for a whole run: before a release, everything runs under both.
"""

from __future__ import annotations

import os

import pytest

from storage.mongo import Driver
from tests.rings import RINGS, wanted_ring

GIVEN = os.environ.get("MONGODB_DRIVER")
"""As the run was started: tests change the environment."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Add the second driver where a mark asks for it."""
    mark = metafunc.definition.get_closest_marker("drivers")
    if GIVEN or mark is None or "driver" not in metafunc.fixturenames:
        return
    (ring,) = mark.args
    if RINGS.index(ring) <= RINGS.index(wanted_ring(metafunc.config)):
        second = pytest.param("pymongo", marks=pytest.mark.ring(ring))
        metafunc.parametrize("driver", ["motor", second], indirect=True, scope="session")


@pytest.fixture(scope="session")
def driver(request: pytest.FixtureRequest) -> Driver:
    """The driver that this test is about."""
    return getattr(request, "param", "pymongo" if GIVEN == "pymongo" else "motor")
