"""The GraphQL schema, assembled: the only place where types and resolvers meet."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLError, get_named_type
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.schema.schema import DEFAULT_ALLOWED_OPERATION_TYPES
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType
from strawberry.types.scalar import ScalarDefinition

from api.executing import Executor, find_short_ways
from api.preparing import Desk, Preparing
from api.stages import Stages
from api.telemetry import Operation
from domain.calendar import CITY_TIME
from resolvers.accounts import AccountMutations, SessionMutations
from resolvers.actions import CaseMutations
from resolvers.attachments import AttachmentMutations
from resolvers.functions import FunctionMutations
from resolvers.holds import HoldMutations
from resolvers.letters import LetterMutations
from resolvers.notices import NoticeMutations
from resolvers.partners import PartnerMutations
from resolvers.problem_cases import ProblemCaseMutations
from resolvers.publication import PublicationMutations
from resolvers.queries import Query
from resolvers.subscriptions import Subscription
from resolvers.webhooks import WebhookMutations
from schema.directory import Category, Mailbox, Unit

SDL_FILE = "schema/schema.graphql"


@strawberry.type(description="Everything that can be done.")
class Mutation(
    LetterMutations,
    CaseMutations,
    HoldMutations,
    FunctionMutations,
    NoticeMutations,
    ProblemCaseMutations,
    PartnerMutations,
    PublicationMutations,
    WebhookMutations,
    SessionMutations,
    AccountMutations,
    AttachmentMutations,
):
    """Citizens', staff's and ops' mutations under one root."""


def _read_moment(value: object) -> datetime:
    """A time with its offset, in whole milliseconds; without one it is the city's time."""
    if not isinstance(value, str):
        raise ValueError("a time is a string such as 2017-01-03T09:00:00+08:00")  # noqa: TRY004
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=CITY_TIME)
    try:
        moment = moment.astimezone(UTC)
        moment.astimezone(CITY_TIME)  # as it is answered
    except OverflowError:
        raise ValueError("this time is out of range") from None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _write_moment(moment: datetime) -> str:
    """In the city's time, with its offset."""
    local = moment.astimezone(CITY_TIME)
    return local.isoformat(timespec="milliseconds" if local.microsecond else "seconds")


MOMENT = ScalarDefinition(
    name="DateTime",
    description="A time with its offset (ISO 8601); answers are in Asia/Shanghai.",
    specified_by_url=None,
    serialize=_write_moment,
    parse_value=_read_moment,
    parse_literal=None,
    directives=(),
)


class Names(NameConverter):
    """Strawberry's names, each made once: it asks for every argument's anew in each request."""

    apply_naming_config = cache(NameConverter.apply_naming_config)


class Schema(strawberry.Schema):
    """Strawberry's, without its log: the endpoint logs crashes, and clients' slips are none."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(execution_context_class=Executor, **parts)
        find_short_ways(self._schema)
        mutations = self._schema.mutation_type
        for field in mutations.fields.values() if mutations else ():
            given = field.args["input"]
            given.description = get_named_type(given.type).description

    def create_extensions_runner(
        self, execution_context: ExecutionContext, extensions: list[SchemaExtension]
    ) -> Stages:
        """What runs the extensions around an operation's stages."""
        return Stages(execution_context, extensions)

    async def execute(self, *given: Any, **parts: Any) -> Any:
        """Strawberry's, without subscriptions: they have a `stream`."""
        allowed = parts.get("allowed_operation_types") or DEFAULT_ALLOWED_OPERATION_TYPES
        parts["allowed_operation_types"] = set(allowed) - {OperationType.SUBSCRIPTION}
        return await super().execute(*given, **parts)

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        pass


_desk = Desk()
schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[Mailbox, Unit, Category],
    config=StrawberryConfig(name_converter=Names(), scalar_map={datetime: MOMENT}),
    extensions=[Operation, lambda: Preparing(_desk)],
)


def sdl() -> str:
    """The schema definition language of the whole API."""
    return schema.as_str() + "\n"
