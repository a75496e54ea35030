"""Runs in turn: product, bare, product, bare …, so that what disturbs one disturbs the other."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product as product_of
from pathlib import Path

from api.tokens import DevelopmentIssuer
from bench.base import MAILBOX, UNIT, Known
from bench.load import LoadFailed, Requests, Run, loaded
from bench.operations import OPERATIONS, Operation
from bench.servers import BARE, PRODUCT, Server, serving
from domain.ids import Kind, global_id
from domain.words import Role
from settings import Settings

CLIENTS = (1, 16)
WARMING = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and with what."""

    folder: Path
    environ: Mapping[str, str]
    settings: Settings
    known: Sequence[Known]
    seconds: float
    repeats: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What one driver did: runs by operation, side and number of clients."""

    runs: Mapping[tuple[str, str, int], Sequence[Run]]
    start_seconds: float
    memory_mb: float
    bare_memory_mb: float


def measured(plan: Plan, driver: str) -> Measured:
    """All operations under this driver. Raises ``LoadFailed`` when anything was refused."""
    environ = {**plan.environ, "MONGODB_DRIVER": driver}
    sent = {operation.name: _requests(plan, operation) for operation in OPERATIONS}
    first = _first(sent["status"].bodies)
    with ExitStack() as stack:
        log = plan.folder / "servers.log"
        product = stack.enter_context(serving(PRODUCT, environ, "/graphql", first, log))
        bare = stack.enter_context(serving(BARE, environ, "/status", first, log))
        for operation in OPERATIONS:
            _check(product, sent[operation.name])
        runs = _runs(plan, product, bare, sent)
        return Measured(runs, product.start_seconds, product.memory_mb(), bare.memory_mb())


def _runs(
    plan: Plan, product: Server, bare: Server, sent: Mapping[str, Requests]
) -> dict[tuple[str, str, int], list[Run]]:
    runs: dict[tuple[str, str, int], list[Run]] = {}
    for operation in OPERATIONS:
        requests = sent[operation.name]
        sides = {"product": (product, requests)}
        if operation.bare:
            sides["bare"] = bare, Requests(requests.bodies, operation.bare)
        for server, asked in sides.values():
            for _ in range(WARMING):
                server.ask(asked.path, _first(asked.bodies), asked.token)
        for clients, _, side in product_of(CLIENTS, range(plan.repeats), sides):
            run = loaded(*sides[side], clients, plan.seconds)
            runs.setdefault((operation.name, side, clients), []).append(run)
    return runs


def _requests(plan: Plan, operation: Operation) -> Requests:
    """The operation's bodies in a file; what is written is checked answer by answer."""
    bodies = plan.folder / f"{operation.name}.jsonl"
    lines = (
        json.dumps({"query": operation.document, "variables": one}, ensure_ascii=False)
        for one in _variables(plan, operation.name)
    )
    bodies.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    writes = operation.document.startswith("mutation")
    return Requests(
        bodies,
        token=_token(plan.settings, operation.role) if operation.role else "",
        good='"errors":[]' if writes else "",
    )


def _variables(plan: Plan, name: str) -> list[dict[str, object]]:
    if name == "status":
        return [{"number": one.number, "code": one.query_code} for one in plan.known]
    if name == "list":
        return [{}]
    if name == "submission":
        return [{"input": _letter()}]
    return [
        {"input": {"caseId": global_id(Kind.CASE, one.id), "text": "已联系来信人，正在现场核实。"}}
        for one in plan.known
        if one.handling
    ]


def _letter() -> dict[str, object]:
    return {
        "mailboxId": global_id(Kind.MAILBOX, MAILBOX),
        "kind": "COMPLAINT",
        "title": "楼下餐馆油烟扰民",
        "body": "每天晚上油烟直接排到居民楼，无法开窗，希望有关部门尽快处理。",
        "writer": {"name": "张小明", "phone": "13880001234"},
        "channel": "APP",
        "idempotencyKey": "@KEY@",
    }


def _token(settings: Settings, role: Role) -> str:
    """A handler's of the district that has the cases, or somebody's of the whole city."""
    seed = settings.secrets.token_key
    if seed is None:
        raise LoadFailed("the bench runs outside production")
    unit = UNIT if role is Role.HANDLER else None
    return DevelopmentIssuer(seed).issue(f"{role.lower()}-1", (role,), unit, datetime.now(UTC))


def _check(server: Server, requests: Requests) -> None:
    """One answer, looked at: data, and no errors in it."""
    answer = server.ask(requests.path, _first(requests.bodies), requests.token)
    told = json.loads(answer)
    found = list((told.get("data") or {"": None}).values())
    if (
        told.get("errors")
        or None in found
        or (requests.good and requests.good not in answer.decode())
    ):
        raise LoadFailed(answer.decode()[:500])


def _first(bodies: Path) -> bytes:
    with bodies.open("rb") as lines:
        return lines.readline().replace(b"@KEY@", secrets.token_hex(8).encode())
