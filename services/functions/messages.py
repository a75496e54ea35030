"""A message, as it is handed to the post, and what the post may answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from domain.media import Medium

__all__ = ["Medium", "Message", "Refusal"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one receiver.

    ``id`` never changes, however often it is tried: receivers drop repeats by it. ``to`` is an
    address of the medium: a telephone number (E.164), a device's, an e-mail address, an openid,
    a URL. ``about`` is the occasion or action that it tells of, for templates and logs; ``data``
    what a template of the receiver's fills in; ``quotes``: the text repeats words of the case.
    Never shown whole in a log: it holds an address.
    """

    id: str
    medium: Medium
    to: str = field(repr=False)
    text: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)
    about: str = "SUBMISSION"
    data: Mapping[str, str] = field(default_factory=dict, repr=False)
    quotes: bool = False


class Refusal(Protocol):
    """Why the post did not take a message, without any address; and whether it ever will."""

    @property
    def reason(self) -> str: ...

    @property
    def permanent(self) -> bool: ...
