"""Towns that take files: fixtures, for the tests of what is sent along."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import AsyncIterator, Iterator

import boto3
import pytest
import pytest_asyncio

from domain.words import Role
from infra.outside.attachments import AttachmentSettings
from infra.outside.told import OutsideSettings
from storage import mongo
from tests.api.clients import Town
from tests.api.conftest import open_town
from tests.api.files import Sender
from tests.infra.moto import CREDENTIALS, running_moto

keys = (f"a file's key {number}" for number in itertools.count(1))


@pytest.fixture(scope="module", params=["directory", "bucket"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AttachmentSettings]:
    """Where files lie: here, or in a bucket of another process."""
    if request.param == "directory":
        yield AttachmentSettings()
        return
    with (
        running_moto(tmp_path_factory.mktemp("moto")) as url,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("AWS_ENDPOINT_URL", url)
        patch.setenv("AWS_ACCESS_KEY_ID", CREDENTIALS["aws_access_key_id"])
        patch.setenv("AWS_SECRET_ACCESS_KEY", CREDENTIALS["aws_secret_access_key"])
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        bucket = f"attachments-{uuid.uuid4().hex}"
        client = boto3.client("s3")
        client.create_bucket(Bucket=bucket)
        client.close()
        yield AttachmentSettings(bucket)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(
    mongo_uri: str,
    driver: mongo.Driver,
    place: AttachmentSettings,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Town]:
    """A town that takes files."""
    outside = OutsideSettings(attachments=place)
    folder = tmp_path_factory.mktemp("data")
    async for one in open_town(mongo_uri, driver, outside=outside, data_dir=folder):
        yield one


@pytest.fixture
def sender(town: Town) -> Sender:
    """Each test sends as somebody of its own: one may send so many files in an hour."""
    return Sender(town, town.person(Role.CITIZEN, subject=f"sender {next(keys)}"))
