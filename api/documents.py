"""Documents that the API knows: prepared ones, persisted ones, and those of released clients.

Everything kept here is bounded, by what it weighs and not only by how many there are.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from graphql import DocumentNode, GraphQLError, parse, print_ast, separate_operations

from api.measuring import Measured
from api.normal_form import normal_form

CLIENTS = Path(__file__).resolve().parent.parent / "schema" / "clients"

ALGORITHM = "sha256:"
"""What a hash may begin with (GraphQL over HTTP, appendix A)."""
MOST_TOKENS = 40_000
"""Of all prepared documents; a token and its node take about 560 bytes."""
MOST_LETTERS = 1024 * 1024
LONGEST_PREPARED = 16 * 1024
"""A longer document is prepared anew each time."""
LONGEST_PERSISTED = 8 * 1024
MOST_PERSISTED = 1_000


def digest(text: str) -> str:
    """The SHA-256 of a document, in hex, by which clients name it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _operations(folder: Path) -> list[DocumentNode]:
    """Every operation of the released clients, with its fragments."""
    return [
        document
        for path in sorted(folder.glob("*.graphql"))
        for document in separate_operations(parse(path.read_text(encoding="utf-8"))).values()
    ]


@cache
def trusted_documents(folder: Path = CLIENTS) -> Mapping[str, str]:
    """What released clients send, as graphql prints it, by the hash of that or of its normal form.

    Clients that hash what they print send the one, those made by ``@graphql-codegen`` the other.
    """
    texts = {print_ast(document): document for document in _operations(folder)}
    normal = {digest(normal_form(document)): text for text, document in texts.items()}
    return normal | {digest(text): text for text in texts}


def manifest(folder: Path = CLIENTS) -> Mapping[str, str]:
    """Every trusted document's normal form by its hash, as ``@graphql-codegen`` writes it."""
    texts = map(normal_form, _operations(folder))
    return {f"{ALGORITHM}{digest(text)}": text for text in texts}


@dataclass
class Prepared:
    """A document that is valid and within the limits."""

    document: DocumentNode
    measured: Measured

    @cached_property
    def is_trusted(self) -> bool:
        """Whether a released client sends it, however it is laid out."""
        return digest(normal_form(self.document)) in trusted_documents()


class PreparedDocuments:
    """The documents used last, by their text. Only valid ones: nonsense drives nothing out."""

    def __init__(self, most_tokens: int = MOST_TOKENS, most_letters: int = MOST_LETTERS) -> None:
        self._kept: OrderedDict[str, Prepared] = OrderedDict()
        self._room = (most_tokens, most_letters)
        self.tokens = 0
        self.letters = 0

    def get(self, text: str) -> Prepared | None:
        """What was kept for this text."""
        if text not in self._kept:
            return None
        self._kept.move_to_end(text)
        return self._kept[text]

    def keep(self, text: str, prepared: Prepared) -> None:
        """Keep it, and let the oldest go until there is room."""
        if len(text) > LONGEST_PREPARED or text in self._kept:
            return
        self._kept[text] = prepared
        self._weigh(text, prepared, 1)
        while self.tokens > self._room[0] or self.letters > self._room[1]:
            self._weigh(*self._kept.popitem(last=False), -1)

    def __len__(self) -> int:
        return len(self._kept)

    def _weigh(self, text: str, prepared: Prepared, sign: int) -> None:
        self.tokens += sign * prepared.document.token_count
        self.letters += sign * len(text)


class PersistedDocuments:
    """Automatic persisted queries: a client sends a hash, and the text when it is asked to."""

    def __init__(self, most: int = MOST_PERSISTED) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._most = most

    def text(self, asked: object, text: str | None) -> str:
        """The document that a ``persistedQuery`` extension means; ``GraphQLError`` if none."""
        sha256 = _hash_in(asked)
        if text:
            if digest(text) != sha256:
                raise _refusal("The hash is not that of the document.", "BAD_USER_INPUT")
            return text
        known = trusted_documents().get(sha256) or self._texts.get(sha256)
        if known is None:
            raise _refusal("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        return known

    def register(self, text: str) -> None:
        """Remember a small document that proved valid; the oldest makes room."""
        if len(text) > LONGEST_PERSISTED:
            return
        self._texts[digest(text)] = text
        if len(self._texts) > self._most:
            self._texts.popitem(last=False)

    def __len__(self) -> int:
        return len(self._texts)


def _hash_in(asked: object) -> str:
    match asked:
        case {"version": 1, "sha256Hash": str(sha256)}:
            return sha256.lower().removeprefix(ALGORITHM)
    raise _refusal("persistedQuery needs version 1 and a sha256Hash.", "BAD_USER_INPUT")


def _refusal(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})
