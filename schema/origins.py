"""Where a letter comes from: who wrote it, and where its matter is."""

from __future__ import annotations

from typing import Self

import strawberry

from domain import letters
from domain.letters import masked_name, masked_phone


@strawberry.type(description="Where the matter is.")
class Place:
    address: str | None = strawberry.field(description="In words.")
    longitude: float | None = strawberry.field(description="Degrees, WGS 84.")
    latitude: float | None = strawberry.field(description="Degrees, WGS 84.")


@strawberry.type(description="Who wrote: in clear to the writer, masked to everybody else.")
class Writer:
    name: str | None = strawberry.field(description="Null when not given, or anonymous.")
    phone: str | None = strawberry.field(description="E.164; its last four digits when masked.")
    anonymous: bool = strawberry.field(description="The writer asked not to be named.")

    @classmethod
    def in_clear(cls, writer: letters.Writer) -> Self:
        """As the writer reads it."""
        return cls(name=writer.name, phone=writer.phone, anonymous=writer.anonymous)

    @classmethod
    def masked(cls, writer: letters.Writer) -> Self:
        """As everybody else does."""
        name = None if writer.anonymous else masked_name(writer.name)
        return cls(name=name, phone=masked_phone(writer.phone), anonymous=writer.anonymous)
