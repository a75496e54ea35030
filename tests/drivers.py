"""Under which of the two drivers a test runs.

Whatever touches the database runs under motor. What differs between the drivers, and a sample of
everything else, says ``pytest.mark.drivers`` and runs under PyMongo Async as well.
``MONGODB_DRIVER`` picks one driver for a whole run: before a release, everything runs under both.
"""

from __future__ import annotations

import os

import pytest

from storage.mongo import Driver

GIVEN = os.environ.get("MONGODB_DRIVER")
"""As the run was started: tests change the environment."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Add the second driver where a mark asks for it."""
    is_marked = metafunc.definition.get_closest_marker("drivers") is not None
    if is_marked and not GIVEN and "driver" in metafunc.fixturenames:
        metafunc.parametrize("driver", ["motor", "pymongo"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def driver(request: pytest.FixtureRequest) -> Driver:
    """The driver that this test is about."""
    return getattr(request, "param", "pymongo" if GIVEN == "pymongo" else "motor")
