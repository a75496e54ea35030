"""What is deployed holds all that it needs, and nothing that only a developer needs."""

from __future__ import annotations

import sys
import zipfile
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest
import yaml  # type: ignore[import-untyped]
from packaging.utils import canonicalize_name

from infra.contents import CHARTS, PARTS, Part, is_deployed
from infra.packaging import belongs_to, write
from infra.wheels import HERE, LAMBDA, LOCK, ROOT, Machine, PackagingError, locked, packages_for
from services.functions.table import FUNCTIONS

pytestmark = pytest.mark.ring("test")

OURS = ("api", "domain", "functions", "infra", "resolvers", "schema", "services", "storage")
ONLY_IF_ASKED_FOR = {"opentelemetry", "settings"}
"""Imported where a setting says so, and ours."""
ONLY_DATA = {"tzdata"}
GRAPHQL = {"strawberry-graphql", "graphql-core", "starlette", "uvicorn", "mangum"}


@cache
def imports() -> grimp.ImportGraph:
    """Who imports what, lazily or not."""
    return grimp.build_graph(
        *OURS, include_external_packages=True, exclude_type_checking_imports=True
    )


def imported_by(part: Part) -> set[str]:
    """The packages that the part's handler comes to import, by their names in an index."""
    graph = imports()
    roots = ["api.aws"]
    if part.name != "api":  # a function's job is imported by its name
        roots = [f"functions.{part.name}", f"services.functions.{part.name}"]
    met = {one for root in roots for one in graph.find_upstream_modules(root)}
    names = {one for one in met if graph.is_module_squashed(one)}
    known = packages_distributions()
    return {
        canonicalize_name(known[name][0])
        for name in names - sys.stdlib_module_names - ONLY_IF_ASKED_FOR
    }


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_zip_holds_every_package_that_its_code_imports(part: Part) -> None:
    for machine in (LAMBDA, HERE):
        assert imported_by(part) - packages_for(part.packages, machine) == set()


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_no_package_is_named_that_nothing_imports(part: Part) -> None:
    named = {canonicalize_name(name.partition("[")[0]) for name in part.packages}
    assert named - imported_by(part) == ONLY_DATA


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_carries_no_graphql(name: str) -> None:
    assert packages_for(PARTS[name].packages, LAMBDA) & GRAPHQL == set()
    assert not {"api", "resolvers", "schema"} & set(PARTS[name].code)


def test_the_parts_are_what_is_deployed() -> None:
    text = (ROOT / "serverless.yml").read_text(encoding="utf-8").replace("!", "#")
    deployed = yaml.safe_load(text)["functions"]
    assert deployed.keys() == PARTS.keys() == {*FUNCTIONS, "api"}
    for name, one in deployed.items():
        handler = "api.aws.handler" if name == "api" else f"functions.{name}.handler"
        assert one["handler"] == handler
        assert one["package"]["artifact"] == f"build/deployment/{name}.zip"


def test_markers_are_answered_for_the_machine_that_it_is_for() -> None:
    old = Machine("old", "3.12", markers=(("python_version", "3.12"),))
    assert packages_for(["referencing"], old) - packages_for(["referencing"], LAMBDA) == {
        "typing-extensions"  # only before 3.13
    }


def test_the_pins_keep_their_hashes_and_lose_their_markers() -> None:
    text = LOCK.read_text(encoding="utf-8")
    first, *hashes = locked(["pycparser"], text, HERE).splitlines()
    assert first.startswith("pycparser==")
    assert ";" not in first
    assert {one.split(":")[0].strip() for one in hashes} == {"--hash=sha256"}
    with pytest.raises(PackagingError, match="does not pin no-such-package"):
        locked(["no-such-package"], text, HERE)


def test_of_a_package_pinned_twice_that_pin_is_taken_which_is_for_the_machine() -> None:
    digest = f"    --hash=sha256:{'0' * 64}\n"
    text = "".join(
        f"puremagic=={version} ; python_full_version {when} '3.12' \\\n{digest}"
        for version, when in (("1.30", "<"), ("2.2.0", ">="))
    )
    old = Machine("old", "3.11", markers=(("python_full_version", "3.11.7"),))
    assert locked(["puremagic"], text, old) == f"puremagic==1.30 \\\n{digest}"
    assert locked(["puremagic"], text, LAMBDA) == f"puremagic==2.2.0 \\\n{digest}"


def test_what_nobody_reads_stays_behind() -> None:
    kept = [
        "domain/case.py",
        "data/deadline_policies.csv",
        "botocore/data/s3/2006-03-01/service-2.json.gz",
        "botocore/data/endpoints.json",
        "phonenumbers/data/region_CN.py",
        "infra/secrets.py",
    ]
    left = [
        "domain/__pycache__/case.cpython-313.pyc",
        "data/chengdu/divisions.csv",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "phonenumbers/geodata/data0.py",
        "infra/packaging.py",
        "infra/resources/roles.yml",
        "motor-3.7.1.dist-info/RECORD",
    ]
    assert [path for path in kept + left if is_deployed(path)] == kept


def test_the_same_content_makes_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    size = write(one, {"b.py": b"1", "a.so": b"2"})
    write(other, {"a.so": b"2", "b.py": b"1"})
    assert one.read_bytes() == other.read_bytes()
    assert (size.zipped, size.unzipped) == (one.stat().st_size, 2)
    with zipfile.ZipFile(one) as archive:
        assert archive.namelist() == ["a.so", "b.py"]
        assert archive.getinfo("a.so").external_attr >> 16 == 0o100755


def test_of_npm_s_files_the_api_takes_the_chart_library_and_nothing_else() -> None:
    taken = [
        name
        for name in (CHARTS, f"{CHARTS}.map", "node_modules/react/index.js", "api/city.py")
        if belongs_to(name, PARTS["api"])
    ]
    assert taken == [CHARTS, "api/city.py"]
    assert not belongs_to("settings.pyc", PARTS["api"])
    assert not belongs_to(CHARTS, PARTS["monthly_bulletin"])
