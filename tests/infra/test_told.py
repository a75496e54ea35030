"""Where the functions run, as the environment says it."""

from __future__ import annotations

import pytest

from infra.told import FunctionSettings
from settings import Settings, SettingsError

pytestmark = pytest.mark.ring("test")


def test_without_a_word_they_run_beside_the_server() -> None:
    told = FunctionSettings.from_environment({})
    assert told == FunctionSettings()
    assert told.are_run_here


@pytest.mark.parametrize("environ", [{"FUNCTIONS": "0"}, {"FUNCTIONS_ON": "lambda"}])
def test_they_may_run_elsewhere(environ: dict[str, str]) -> None:
    assert not FunctionSettings.from_environment(environ).are_run_here


@pytest.mark.parametrize("environ", [{"FUNCTIONS": "no"}, {"FUNCTIONS_ON": "mars"}])
def test_what_cannot_be_is_refused_by_the_variables_name(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(environ))):
        Settings.from_environment({"DATA_DIR": "/nonexistent", **KEYS, **environ})


KEYS = {
    f"LIZHENG_{name}_KEY": "A" * length + "=" * padding
    for name, length, padding in (
        ("MASTER", 128, 0), ("ACCESS", 43, 1), ("CHAIN", 43, 1), ("TOKEN", 43, 1),
    )
}  # fmt: skip
