"""Refusals as clients see them in a payload."""

from __future__ import annotations

import strawberry

from domain.refusals import ErrorCode, Refusal
from schema.context import Context

_IDS = {"unit": "unitId", "category": "categoryId", "main_case": "mainCaseId"}


@strawberry.type(description="Why a mutation did nothing.")
class UserError:
    code: ErrorCode = strawberry.field(description="What kind of refusal it is.")
    field: str | None = strawberry.field(
        description='Path of the input field that it is about, such as "writer.phone".'
    )
    message: str = strawberry.field(description="Words for a person, in the reader's language.")


def user_error(refusal: Refusal, context: Context) -> UserError:
    """A refusal in the reader's language, its field as the client knows it."""
    return UserError(
        code=refusal.code,
        field=client_path(refusal.field),
        message=refusal.text.spoken(context.language),
    )


def client_path(field: str | None) -> str | None:
    """``working_days`` is ``workingDays`` to a client, and ``unit`` is ``unitId``."""
    if field is None:
        return None
    head, *rest = _IDS.get(field, field).split("_")
    return head + "".join(word.capitalize() for word in rest)
