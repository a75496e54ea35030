"""The zips as they were written: for which machine, and that both kinds hold the same code."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.contents import PARTS
from infra.packaging import MOST_BYTES
from infra.wheels import HERE, LAMBDA

pytestmark = [pytest.mark.ring("all"), pytest.mark.aws]
ELF, ARM64 = b"\x7fELF", 183
OURS = ("api/", "domain/", "functions/", "infra/", "resolvers/", "schema/", "services/", "storage/")


@pytest.mark.parametrize("name", PARTS)
def test_what_is_deployed_is_for_arm64_and_small_enough(zips: Path, name: str) -> None:
    with ZipFile(zips / LAMBDA.name / f"{name}.zip") as archive:
        assert sum(one.file_size for one in archive.infolist()) < MOST_BYTES
        binaries = [one for one in archive.namelist() if ".so" in Path(one).name]
        assert len(binaries) > 3
        for one in binaries:
            with archive.open(one) as file:
                head = file.read(20)
            assert (head[:4], head[18]) == (ELF, ARM64), one


@pytest.mark.parametrize("name", PARTS)
def test_what_is_run_here_is_the_code_that_is_deployed(zips: Path, name: str) -> None:
    code = []
    for machine in (LAMBDA, HERE):
        with ZipFile(zips / machine.name / f"{name}.zip") as archive:
            names = [one for one in archive.namelist() if one.startswith((*OURS, "data/"))]
            sources = [one for one in names if "__pycache__" not in one]
            code.append({one: archive.read(one) for one in [*sources, "settings.py"]})
    assert code[0] == code[1]
    assert "data/deadline_policies.csv" in code[0]
