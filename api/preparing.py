"""From a request's text to a document that may be executed, within the limits or not at all.

It hangs on the schema, so that it holds for every transport. What it keeps between requests is
made once, with the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import DocumentNode, GraphQLError, parse
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document
from strawberry.types.execution import ParseOptions

from api import limits
from api.choosing import unnamed
from api.documents import PersistedDocuments, Prepared, PreparedDocuments
from api.measuring import measured
from api.polling import CodeInAddress, by_address, code_in

PARSING: dict[str, Any] = {
    "max_lexical_tokens": limits.MAX_TOKENS,
    "max_comments": limits.MAX_COMMENTS,
    "max_source_length": limits.MAX_LETTERS,
}
NOTHING = parse("{ __typename }")


def read(text: str) -> DocumentNode:
    """Parse within the parser's limits; raises ``GraphQLSyntaxError``."""
    return parse(text, **PARSING)


@dataclass(frozen=True, slots=True)
class Desk:
    """What is kept between requests."""

    prepared: PreparedDocuments = field(default_factory=PreparedDocuments)
    persisted: PersistedDocuments = field(default_factory=PersistedDocuments)


class Preparing(SchemaExtension):
    """Finds, parses, measures and validates an operation's document, or refuses it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._known: Prepared | None = None
        self._refusal: GraphQLError | None = None
        self._registers = False
        self._cost = 0

    def on_operation(self) -> Iterator[None]:
        """Put the text in place when only its hash was sent."""
        context = self.execution_context
        asked = (context.operation_extensions or {}).get("persistedQuery")
        if asked is not None:
            try:
                self._registers = bool(context.query)
                context.query = self._desk.persisted.text(asked, context.query)
            except GraphQLError as refusal:
                self._refuse(refusal)
        yield

    def on_parse(self) -> Iterator[None]:
        """Take the document that is known; let Strawberry parse one that is not."""
        context = self.execution_context
        self._known = self._desk.prepared.get(context.query or "")
        if self._known is not None and self._refusal is None:
            context.graphql_document = self._known.document
        context.parse_options = cast("ParseOptions", PARSING)
        yield

    def on_validate(self) -> Iterator[None]:
        """The limits first, then the specification's rules, then who asks and at which price."""
        self.execution_context.pre_execution_errors = self._errors()
        yield

    def get_results(self) -> dict[str, Any]:
        """``extensions.cost`` of every answer; 0 for what was refused before it had a price."""
        return {"cost": {"requested": self._cost, "limit": limits.MAX_COST}}

    def _refuse(self, refusal: GraphQLError) -> None:
        """Remember why, until the place where Strawberry takes errors from us."""
        self._refusal = refusal
        self.execution_context.graphql_document = NOTHING
        self.execution_context._provided_operation_name = None  # noqa: SLF001

    def _errors(self) -> list[GraphQLError]:
        if self._refusal is not None:
            return [self._refusal]
        try:
            return self._exposed() or self._invalid() or self._ambiguous() or self._inadmissible()
        except GraphQLError as error:
            return [error]

    def _exposed(self) -> list[GraphQLError]:
        """A query code that stands in an address, looked for even in what is not valid."""
        context = self.execution_context
        document = context.graphql_document
        if document is None or not by_address(context.allowed_operations):
            return []
        return [CodeInAddress.error()] if code_in(document) else []

    def _invalid(self) -> list[GraphQLError]:
        """What is wrong with the document whoever sends it; nothing for one that is known."""
        if self._known is not None:
            return []
        context = self.execution_context
        document = cast("DocumentNode", context.graphql_document)
        schema = context.schema._schema  # noqa: SLF001  # as Strawberry's own extensions do
        measure = measured(document, schema)
        errors = validate_document(schema, document, context.validation_rules)
        if not errors:
            self._known = Prepared(document, measure)
            self._desk.prepared.keep(context.query or "", self._known)
        return errors

    def _ambiguous(self) -> list[GraphQLError]:
        """Nothing when it is clear which operation is meant."""
        known = cast("Prepared", self._known)
        return unnamed(self.execution_context, len(known.measured.prices))

    def _inadmissible(self) -> list[GraphQLError]:
        """What this reader may not send, and what costs too much with these variables."""
        context = self.execution_context
        known = cast("Prepared", self._known)
        if context.context.trusted_only and not known.is_trusted:
            return [_untrusted()]
        if known.measured.introspects and not context.context.may_introspect:
            return [limits.refused("introspection", "The schema is not shown to everybody.")]
        price = known.measured.prices[context.operation_name]
        self._cost = price.of(context.schema._schema, context.variables or {})  # noqa: SLF001
        if self._cost > limits.MAX_COST:
            return [limits.exceeded("cost", self._cost, limits.MAX_COST)]
        if self._registers:
            self._desk.persisted.register(context.query or "")
        context.context.operation = context.operation_name or ""
        return []


def _untrusted() -> GraphQLError:
    return GraphQLError(
        "Only the documents of released clients are answered here.",
        extensions={"code": "DOCUMENT_NOT_TRUSTED"},
    )
