"""A message, as it is handed to the post, and what the post may answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from domain.media import Medium
from domain.secret_words import find_secrets, reveal_secrets

__all__ = ["Medium", "Message", "Refusal"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one receiver.

    ``id`` never changes, however often it is tried: receivers drop repeats by it. ``to`` is an
    address of the medium: a telephone number (E.164), a device's, an e-mail address, an openid,
    a URL. ``about`` is the occasion or action that it tells of, for templates and logs; ``data``
    what a template of the receiver's fills in; ``quotes``: the text repeats words of the case.
    Never shown whole in a log: it holds an address.

    Secrets that are marked in ``text`` and ``data`` are revealed there, and listed in ``secrets``
    for whoever shows the message to others.
    """

    id: str
    medium: Medium
    to: str = field(repr=False)
    text: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)
    about: str = "SUBMISSION"
    data: Mapping[str, str] = field(default_factory=dict, repr=False)
    quotes: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        # Set once, before anybody sees it: there is no other way in a frozen one.
        data = {name: reveal_secrets(value) for name, value in self.data.items()}
        object.__setattr__(self, "secrets", self.secrets + find_secrets(self.text))
        object.__setattr__(self, "text", reveal_secrets(self.text))
        object.__setattr__(self, "data", data)


class Refusal(Protocol):
    """Why the post did not take a message, without any address; and whether it ever will."""

    @property
    def reason(self) -> str: ...

    @property
    def permanent(self) -> bool: ...
