"""What can be said of the image and its neighbours without an engine that builds them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from settings import KEY_BYTES

pytestmark = pytest.mark.ring("test")

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def instructions(name: str) -> list[str]:
    """The arguments of every instruction of this name, continued lines joined."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{name} (.+)$", joined, re.MULTILINE)


def test_all_that_is_copied_is_there_and_goes_into_the_build() -> None:
    sources = [
        word
        for line in instructions("COPY")
        if not line.startswith("--from")
        for word in line.split()[:-1]
    ]
    assert len(sources) > 10
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in IGNORED, source
    assert IGNORED[0] == "**"


def test_every_package_of_ours_is_in_the_image() -> None:
    copied = " ".join(instructions("COPY"))
    found = re.search(
        r"root_packages = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.DOTALL
    )
    assert found is not None
    for package in re.findall(r'"(\w+)"', found[1]):
        assert f"{package} {package}" in copied, package


def test_it_runs_as_nobody_in_particular_with_hashes_and_a_health_check() -> None:
    assert all(line.split()[0].endswith("-slim") for line in instructions("FROM"))
    assert instructions("USER") == ["10001"]
    assert "--require-hashes" in " ".join(instructions("RUN"))
    assert "/healthz" in instructions("HEALTHCHECK")[0]
    assert instructions("CMD") == ['["lizheng", "serve"]']
    compile(
        re.findall(r'"-c", "(.*)"\]$', instructions("HEALTHCHECK")[0])[0].replace('\\"', '"'),
        "",
        "exec",
    )


def test_the_neighbours_are_a_replica_set_and_the_keys_come_from_outside() -> None:
    services = COMPOSE["services"]
    members = [name for name in services if name.startswith("mongo")]
    assert len(members) == 3
    for name in members:
        assert "--replSet" in services[name]["command"]
        assert f'host: "{name}:27017"' in services["initiate"]["command"][-1]
        assert f"{name}:/data/db" in services[name]["volumes"]
        assert "ports" not in services[name]
        assert services[name]["command"][-2:] == ["--keyFile", "/tmp/cluster.key"]
        assert "mongo_cluster_key" in services[name]["secrets"]
    api = services["api"]
    assert "replicaSet=lizheng" in api["environment"]["MONGODB_URI"]
    for key in KEY_BYTES.keys() - {"token_key", "phone_key"}:  # the last follows from another
        name = f"LIZHENG_{key.upper()}"
        assert api["environment"][name].startswith(f"${{{name}:?")
    assert "://lizheng:${MONGO_PASSWORD:?" in api["environment"]["MONGODB_URI"]
    assert api["ports"] == ["127.0.0.1:8000:8000"]
    assert set(COMPOSE["volumes"]) >= set(members)


def test_the_database_knows_its_users_and_no_password_stands_in_the_file() -> None:
    secrets = COMPOSE["secrets"]
    assert all(set(one) == {"environment"} for one in secrets.values())
    used = {name for one in COMPOSE["services"].values() for name in one.get("secrets", ())}
    assert used == set(secrets)
    first = COMPOSE["services"]["mongo1"]["environment"]
    assert first["MONGO_INITDB_ROOT_PASSWORD_FILE"] == "/run/secrets/mongo_root_password"
    assert "PASSWORD:" not in str(first)
    asked = COMPOSE["services"]["initiate"]["command"][-1]
    assert 'roles: ["readWrite"]' in asked
    assert "mongo_root_password" not in COMPOSE["services"]["api"].get("secrets", ())
