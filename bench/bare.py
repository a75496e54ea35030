"""The other side of the comparison: Starlette, the driver and orjson, and nothing between them.

Each endpoint does the database reads that the product does for the same request (same filter,
projection, sort and count), and answers the same fields.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import cast

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.operations import PAGE
from services.access import Access
from settings import Settings
from storage import mongo
from storage.cases import COLLECTION
from storage.list_memory import ListMemory
from storage.pages import MOST_COUNTED, bound

STATUS_FIELDS = {
    "number": 1,
    "letter.title": 1,
    "stage": 1,
    "submitted_at": 1,
    "updated_at": 1,
    "outcome": 1,
    "version": 1,
}
LIST_FIELDS = {
    "number": 1,
    "letter.title": 1,
    "stage": 1,
    "urgency": 1,
    "channel": 1,
    "submitted_at": 1,
    "updated_at": 1,
    "due_at": 1,
}
QUEUE: mongo.Document = {"stage": "HANDLING"}


async def status(request: Request) -> Response:
    """A case by the key of its number and query code."""
    asked = orjson.loads(await request.body())["variables"]
    key = request.app.state.access.key(asked["number"], asked["code"])
    found = await request.app.state.cases.find_one({"keys": key}, STATUS_FIELDS)
    return _answer({"trackedCase": found})


async def listed(request: Request) -> Response:
    """Fifty cases of a stage, the most urgent first, and how many there are.

    With the product's memory of lists: what is compared is what lies around the reads.
    """
    orjson.loads(await request.body())
    cases: mongo.Collection = request.app.state.cases
    memory: ListMemory = request.app.state.memory

    async def found(nearer: mongo.Document) -> list[mongo.Document]:
        cursor = cases.find({**QUEUE, **nearer}, LIST_FIELDS).sort([("due_at", 1), ("_id", 1)])
        return await cursor.limit(PAGE + 1).to_list(PAGE + 1)

    nearer = partial(bound, below=True)
    documents = await memory.first_page("queue", found, "due_at", nearer, PAGE)
    total = await memory.counted("queue", lambda: cases.count_documents(QUEUE, limit=MOST_COUNTED))
    return _answer({"cases": {"totalCount": total, "edges": documents[:PAGE]}})


def _answer(data: object) -> Response:
    return Response(orjson.dumps({"data": data}), media_type="application/json")


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    settings = Settings.from_environment(os.environ)
    client = mongo.connect(cast(str, settings.mongodb_uri), settings.mongodb_driver)
    app.state.cases = client[settings.mongodb_database][COLLECTION]
    app.state.memory = ListMemory()
    app.state.access = Access(settings.secrets.access_key)
    yield
    await mongo.close(client)


def create() -> Starlette:
    """The application; its settings are the product's own."""
    routes = [
        Route("/status", status, methods=["POST"]),
        Route("/list", listed, methods=["POST"]),
    ]
    return Starlette(routes=routes, lifespan=_lifespan)


def main() -> None:
    """Serve it on the port that the environment names, as the product is served."""
    import uvicorn

    settings = Settings.from_environment(os.environ)
    config = uvicorn.Config(create(), port=settings.port, access_log=False, server_header=False)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
