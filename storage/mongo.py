"""The only place that names the MongoDB driver.

Two drivers speak to the same server: motor, which the customer named, and PyMongo Async, its
successor. Their objects have the same methods but for a few that one awaits and the other does
not; those are functions here (`aggregate`, `list_indexes`, `watch`, `start_session`,
`transaction`, `close`).
Everything else (`find`, `find_one`, `insert_one`, `bulk_write` …) is called on a `Collection`
directly. The types are PyMongo Async's; motor's objects are cast to them.

A client belongs to the event loop that first used it.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal, TypeAlias, TypeVar, cast

from bson.binary import STANDARD, Binary
from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient, MongoClient
from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.asynchronous.encryption import AsyncClientEncryption
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    EncryptionError,
    OperationFailure,
    PyMongoError,
)

from domain.secret_keys import MissingKey
from storage.commands import CommandWatch, Watcher

T = TypeVar("T")
Driver: TypeAlias = Literal["motor", "pymongo"]
Document: TypeAlias = dict[str, Any]
Client: TypeAlias = AsyncMongoClient[Document]
Database: TypeAlias = AsyncDatabase[Document]
Collection: TypeAlias = AsyncCollection[Document]
ChangeStream: TypeAlias = AsyncChangeStream[Document]
Session: TypeAlias = AsyncClientSession
ClientEncryption: TypeAlias = AsyncClientEncryption[Document]

# Equal values give equal ciphertexts: for fields that are looked up by equality. Else RANDOM.
DETERMINISTIC = "AEAD_AES_256_CBC_HMAC_SHA_512-Deterministic"
RANDOM = "AEAD_AES_256_CBC_HMAC_SHA_512-Random"

DatabaseFailure = PyMongoError
"""What an operation raises that the server could not carry out, or that did not reach it."""

UNABLE = frozenset({1, 14031})
"""The server's codes for what it cannot do at all: internal error, out of disk space."""

MOST_TRIES = 6
"""Of a transaction that something was in the way of."""
FIRST_PAUSE = 0.02
"""Seconds between two of them; doubled each time."""

PATIENCE_MS = 60_000
"""So long a server that is connected may keep silent, which a busy one does, before its driver
cancels what it is doing for us. One that is gone is noticed at once: its connections close."""

KEY_VAULT = "keys"
APP_NAME = "lizheng"

DUPLICATE = 11000
"""The server's code for a key that is there already."""


def connect(
    uri: str,
    driver: Driver = "motor",
    *,
    timeout_ms: int = 5000,
    watchers: Sequence[Watcher] = (),
) -> Client:
    """A client that loses nothing it acknowledged: every write waits for majority and journal.

    Nothing is sent before the first operation; an operation fails with a `PyMongoError` when
    no server is found within `timeout_ms` milliseconds, and takes its time with one that was
    found: whoever cannot wait for a busy server sets a limit of their own. Close it with `close`.
    `watchers` are told of every command.
    """
    options: dict[str, Any] = {
        "w": "majority",
        "journal": True,
        "tz_aware": True,
        # A moment beyond Python's calendar is a fault of its document, not of the whole answer.
        "datetime_conversion": "DATETIME_AUTO",
        "uuidRepresentation": "standard",
        "serverSelectionTimeoutMS": timeout_ms,
        "connectTimeoutMS": max(timeout_ms, PATIENCE_MS),
        "appname": APP_NAME,
    }
    if watchers:
        options["event_listeners"] = [CommandWatch(watchers)]
    if driver == "motor":
        from motor.motor_asyncio import AsyncIOMotorClient

        return cast("Client", AsyncIOMotorClient(uri, **options))
    return AsyncMongoClient(uri, **options)


async def close(client: Client) -> None:
    """Close the client's connections."""
    await _settled(client.close())


def ping(uri: str, timeout: float) -> bool:
    """Whether a MongoDB server answers at `uri` within `timeout` seconds. Blocks."""
    return _ask(uri, "ping", timeout) is not None


def server_pid(uri: str, timeout: float) -> int | None:
    """The process number that the server at `uri` gives itself; None when none answers. Blocks."""
    status = _ask(uri, "serverStatus", timeout)
    return None if status is None else int(status["pid"])


def _ask(uri: str, command: str, timeout: float) -> Document | None:
    limit = max(1, int(timeout * 1000))
    client: MongoClient[Document] = MongoClient(
        uri, serverSelectionTimeoutMS=limit, connectTimeoutMS=limit, socketTimeoutMS=limit
    )
    try:
        return client.admin.command(command)
    except PyMongoError:
        return None
    finally:
        client.close()


async def aggregate(
    source: Collection | Database, pipeline: Sequence[Mapping[str, Any]], **options: Any
) -> AsyncIterator[Document]:
    """The documents that come out of `pipeline`, one by one."""
    cursor: AsyncIterator[Document] = await _settled(source.aggregate(pipeline, **options))
    async for document in cursor:
        yield document


async def list_indexes(collection: Collection) -> list[Document]:
    """The collection's indexes as the server describes them; none for a missing collection."""
    cursor: AsyncIterator[Document] = await _settled(collection.list_indexes())
    return [dict(index) async for index in cursor]


@asynccontextmanager
async def watch(
    source: Collection | Database, pipeline: Sequence[Mapping[str, Any]] = (), **options: Any
) -> AsyncIterator[ChangeStream]:
    """A change stream over a collection or a database, closed on leaving."""
    stream: ChangeStream = await _settled(source.watch(list(pipeline), **options))
    async with stream:
        yield stream


async def start_session(client: Client, **options: Any) -> Session:
    """A session; use it as `async with await start_session(client) as session`."""
    return cast("Session", await _settled(client.start_session(**options)))


@asynccontextmanager
async def transaction(client: Client) -> AsyncIterator[Session]:
    """A transaction: committed on leaving, undone by an exception. Writes name its session."""
    async with await start_session(client) as session, transaction_of(session):
        yield session


@asynccontextmanager
async def transaction_of(session: Session) -> AsyncIterator[None]:
    """The same, of a session that is kept for more than one."""
    async with await _settled(session.start_transaction()):
        yield


async def retry_transaction(work: Callable[[], Awaitable[T]]) -> T:
    """A transaction, carried out again where another writer, or a full cache, was in its way."""
    for attempt in range(MOST_TRIES - 1):
        try:
            return await work()
        except Exception as error:
            if not is_passing(error):
                raise
        await asyncio.sleep(FIRST_PAUSE * 2**attempt)
    return await work()


async def in_transaction(client: Client, work: Callable[[Session], Awaitable[T]]) -> T:
    """What ``work`` answers in a transaction, which is repeated where something was in its way."""

    async def once() -> T:
        async with transaction(client) as session:
            return await work(session)

    return await retry_transaction(once)


def is_outage(error: BaseException | None) -> bool:
    """Whether the server was out of reach, or up but unable to work, as after a full disk.

    That is no fault of what was asked: the same is worth another try later.
    """
    if isinstance(error, EncryptionError):
        return is_outage(error.cause)
    if isinstance(error, BulkWriteError):
        failed = error.details["writeErrors"] + error.details["writeConcernErrors"]
        return any(one.get("code") in UNABLE for one in failed)
    unable = isinstance(error, OperationFailure) and error.code in UNABLE
    return unable or isinstance(error, ConnectionFailure)


def raise_outage(error: BaseException) -> None:
    """For a place where one failure must not hold up the rest: raises it where all would fail.

    So they would for want of a key.
    """
    if is_outage(error) or isinstance(error, MissingKey):
        raise error


class suppress_outages:  # noqa: N801  # used like `contextlib.suppress`
    """Leaves off, without a word, where the database is out of reach or unable to work."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        return is_outage(error)


def is_passing(error: BaseException) -> bool:
    """Whether a transaction failed for what passes, and may be carried out once more."""
    return isinstance(error, PyMongoError) and error.has_error_label("TransientTransactionError")


def is_contended(error: BaseException) -> bool:
    """Whether a transaction failed because another one was in its way, and nothing else did."""
    return is_passing(error) and not is_outage(error)


async def _settled(value: Any) -> Any:
    """What one driver returns as it is and the other as an awaitable."""
    return await value if inspect.isawaitable(value) else value


def client_encryption(
    client: Client, database: str, master_key: bytes, driver: Driver = "motor"
) -> ClientEncryption:
    """MongoDB's explicit encryption with a local master key of 96 bytes.

    `encrypt(value, algorithm, key_id=…)` and `decrypt(value)` are awaited. Data keys lie in
    the collection `keys` of `database`, wrapped with the master key. `close()` it before the
    client. Raises `ValueError` or `EncryptionError` for a master key of another length.
    """
    arguments: tuple[Any, ...] = (
        {"local": {"key": master_key}},
        f"{database}.{KEY_VAULT}",
        client,
        CodecOptions[Document](uuid_representation=STANDARD, tz_aware=True),
    )
    if driver == "motor":
        from motor.motor_asyncio import AsyncIOMotorClientEncryption

        return cast("ClientEncryption", AsyncIOMotorClientEncryption(*arguments))
    return AsyncClientEncryption(*arguments)


async def ensure_data_key(encryption: ClientEncryption, database: Database, name: str) -> Binary:
    """The id of the data key called `name`, created when there is none yet.

    Any number of processes may ask at once: a unique index lets one of them create it.
    `encryption` must be of the same database.
    """
    await database[KEY_VAULT].create_index("keyAltNames", unique=True)
    key = await encryption.get_key_by_alt_name(name)
    if key is not None:
        return cast("Binary", key["_id"])
    try:
        return await encryption.create_data_key("local", key_alt_names=[name])
    except EncryptionError as error:
        if not isinstance(error.cause, DuplicateKeyError):
            raise
    return await ensure_data_key(encryption, database, name)
