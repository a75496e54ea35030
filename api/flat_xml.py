"""A flat XML document as WeChat sends it, read without ever declaring an entity."""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat

from starlette.exceptions import HTTPException

LONGEST_FIELD = 64 * 1024
_DEPTH = 3
_OF_A_FIELD = 2


class _Fields:
    """The texts of the elements right below the root."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self._path: list[str] = []

    def begin(self, name: str, _attributes: Mapping[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > _DEPTH:
            raise ValueError(name)

    def end(self, _name: str) -> None:
        self._path.pop()

    def text(self, data: str) -> None:
        if len(self._path) == _OF_A_FIELD:
            name = self._path[1]
            self.texts[name] = self.texts.get(name, "") + data
            if len(self.texts[name]) > LONGEST_FIELD:
                raise ValueError(name)


def read_fields(body: bytes) -> dict[str, str]:
    """The elements of a flat document; raises ``HTTPException`` 400 for anything else.

    A document type is refused at its first sign: entities are never declared, let alone expanded.
    """
    fields, parser = _Fields(), expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = fields.begin
    parser.EndElementHandler = fields.end
    parser.CharacterDataHandler = fields.text
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError):
        raise HTTPException(400) from None
    return fields.texts


def _refuse(*_given: object) -> None:
    raise ValueError("no document type")
