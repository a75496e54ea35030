"""The stack on a cloud of this machine, and its packaged functions as processes of their own."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from infra import packaging
from infra.bytecode import python_of
from infra.contents import PARTS
from infra.local_lambda import LocalLambda, runtime, unpack
from infra.secrets import write
from infra.wheels import HERE, LAMBDA
from storage import mongo
from tests.aws.cloud import STAGE, Cloud, Stack, package_templates
from tests.services.offices import KEYS

Start: TypeAlias = Callable[..., LocalLambda]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """AWS, empty."""
    running = Cloud(tmp_path_factory.mktemp("cloud") / "moto.log")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def zips() -> Path:
    """Every part, packaged for Lambda and for this machine; the folder of both."""
    for machine in (LAMBDA, HERE):
        packaging.build(machine, PARTS.values(), python=python_of(machine.python))
    return packaging.BUILD


@pytest.fixture(scope="session")
def stack(cloud: Cloud, zips: Path) -> Stack:
    """The whole stack, deployed from what ``osls package`` wrote.

    Before it, the domain that mail comes from is proven to be ours, as docs/deployment.md asks.
    """
    cloud.client("sesv2").create_email_identity(EmailIdentity="lizheng.example.org")
    package_templates()
    deployed = Stack.deploy(cloud)
    deployed.schedule()
    return deployed


@pytest.fixture(scope="session")
def unpacked(zips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zips for this machine, each in a folder of its name; Lambda's runtime beside them."""
    folder = tmp_path_factory.mktemp("unpacked")
    for name in PARTS:
        unpack(zips / HERE.name / f"{name}.zip", folder)
    runtime(folder)
    return folder


@pytest.fixture
def secret(stack: Stack, mongo_uri: str, database: mongo.Database) -> dict[str, str]:
    """What the stage's secrets are made of: this test's database, and its keys."""
    values = {
        "MONGODB_URI": mongo_uri,
        "MONGODB_DATABASE": database.name,
        "LIZHENG_MASTER_KEY": base64.b64encode(KEYS.master or b"").decode(),
        "LIZHENG_ACCESS_KEY": base64.b64encode(KEYS.access or b"").decode(),
        "LIZHENG_CHAIN_KEY": base64.b64encode(KEYS.chain or b"").decode(),
        "LIZHENG_PHONE_KEY": base64.b64encode(KEYS.phone or b"").decode(),
    }
    write(f"lizheng/{STAGE}", values, stack.cloud.client("secretsmanager"))
    return values


@pytest.fixture
def start(stack: Stack, unpacked: Path, secret: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Starts a container of a function, configured as it was deployed but for what is changed."""
    begun: list[LocalLambda] = []

    def container(name: str, **changed: str) -> LocalLambda:
        handler = "api.aws.handler" if name == "api" else f"functions.{name}.handler"
        environ = {**stack.environ(name), **stack.cloud.environ, **changed}
        log = tmp_path / f"{name}-{next(_numbers)}.log"
        begun.append(LocalLambda(unpacked / name, unpacked / "runtime", handler, environ, log))
        return begun[-1]

    yield container
    for one in begun:
        one.close()
