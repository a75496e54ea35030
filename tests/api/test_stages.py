"""What extensions do around an operation's stages, in Strawberry's order and with its errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.types import ExecutionContext

from api.stages import Stages

pytestmark = pytest.mark.ring("test")


@strawberry.type
class Query:
    @strawberry.field
    def word(self, info: strawberry.Info) -> str:
        info.context["told"].append("resolved")
        return "yes"


class Telling(SchemaExtension):
    """Tells when each stage begins and ends, and fails where it is asked to."""

    def _around(self, stage: str) -> Iterator[None]:
        context = self.execution_context.context
        for moment in ("before", "after"):
            context["told"].append(f"{type(self).__name__} {moment} {stage}")
            if context["fails"] == (type(self).__name__, moment, stage):
                raise RuntimeError(moment)
            if moment == "before":
                try:
                    yield
                except RuntimeError as error:
                    context["told"].append(f"{type(self).__name__} saw {error}")
                    raise

    def on_operation(self) -> Iterator[None]:
        yield from self._around("operation")

    def on_parse(self) -> Iterator[None]:
        yield from self._around("parse")

    def on_validate(self) -> Iterator[None]:
        yield from self._around("validate")

    def on_execute(self) -> Iterator[None]:
        yield from self._around("execute")


class Outer(Telling):
    """Named first."""


class Inner(Telling):
    """Named second."""


class Idle(SchemaExtension):
    """Has no hooks."""


class Ours(strawberry.Schema):
    def create_extensions_runner(
        self, execution_context: ExecutionContext, extensions: list[SchemaExtension]
    ) -> SchemaExtensionsRunner:
        return Stages(execution_context, extensions)


STAGES = ("operation", "parse", "validate", "execute")
FAILURES = [
    (extension, moment, stage)
    for extension in ("Outer", "Inner")
    for moment in ("before", "after")
    for stage in STAGES
]


async def _told(kind: type[strawberry.Schema], fails: object, document: str) -> list[Any]:
    asked = kind(Query, extensions=[Outer, Idle, Inner])
    context: dict[str, Any] = {"told": [], "fails": fails}
    result = await asked.execute(document, context_value=context)
    return [*context["told"], result.data, [error.message for error in result.errors or ()]]


@pytest.mark.parametrize("document", ["{ word }", "{ word", "{ nothing }"])
async def test_stages_come_in_their_order(document: str) -> None:
    told = await _told(Ours, None, document)
    assert told[0] == "Outer before operation"
    assert told == await _told(strawberry.Schema, None, document)


@pytest.mark.parametrize("fails", FAILURES, ids=" ".join)
async def test_a_hook_that_fails_is_met_by_those_around_it(fails: tuple[str, str, str]) -> None:
    told = await _told(Ours, fails, "{ word }")
    assert told[-1] == [fails[1]]
    assert told == await _told(strawberry.Schema, fails, "{ word }")
