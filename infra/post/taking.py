"""What every adapter takes, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class Message(Protocol):
    """What an adapter reads of a message. ``to`` is an address of the adapter's medium."""

    @property
    def id(self) -> str: ...

    @property
    def medium(self) -> str: ...

    @property
    def to(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def subject(self) -> str | None: ...

    @property
    def about(self) -> str: ...

    @property
    def data(self) -> Mapping[str, str]: ...

    @property
    def quotes(self) -> bool: ...

    @property
    def secrets(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message was not taken: in codes, never with an address.

    ``permanent``: it is this message that is refused, and it always will be. What somebody can
    repair (a wrong key, a missing permission) is not: it would give up every message there is.
    """

    reason: str
    permanent: bool


class Post(Protocol):
    """One that takes messages."""

    async def send(self, message: Message) -> Refusal | None:
        """Hands a message over; why it was not taken, or None. Raises nothing it knows of."""
        ...
