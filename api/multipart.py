"""The one file of a multipart form (RFC 7578), read as it arrives.

``python-multipart`` does the parsing, in one pass. What a form may make it do is bounded here: the
head of a part, the number of parts, and the size of the file. What stands between two boundaries
is a part; a boundary is counted wherever it stands, so that none is looked at in vain.
"""

from __future__ import annotations

from collections.abc import Mapping

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

FIELD = b"file"
MOST_HEAD = 8 * 1024
"""Bytes of a part's head, names and values of its fields."""
MOST_HEAD_FIELDS = 16
MOST_PARTS = 32
MOST_BOUNDARY = 70  # RFC 2046, 5.1.1
MOST_CONTENT_TYPE = 256


class FormError(Exception):
    """The bytes are no form with a file in it, or one that asks for too much work."""


class FileTooLarge(FormError):
    """The file has more bytes than it may have."""


class FileForm:
    """Takes a form in pieces, and keeps the bytes of the first part whose name is ``file``.

    Raises ``FormError`` for a ``content_type`` that announces no form.
    """

    def __init__(self, content_type: str, most: int) -> None:
        """``most``: bytes that the file may have."""
        boundary = _boundary(content_type)
        self._delimiter, self._tail, self._delimiters = b"\r\n--" + boundary, b"", 0
        self._most = most
        self._head: dict[bytes, bytes] = {}
        self._name, self._value, self._head_size = b"", b"", 0
        self._file: bytearray | None = None
        self._is_file = self._has_ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._take_name,
                "on_header_value": self._take_value,
                "on_header_end": self._end_field,
                "on_headers_finished": self._end_head,
                "on_part_data": self._take_data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
            max_header_count=MOST_HEAD_FIELDS,
            max_header_size=MOST_HEAD,
        )

    def feed(self, piece: bytes) -> None:
        """The next bytes. Raises ``FormError`` as soon as the form cannot be taken."""
        self._count_delimiters(piece)
        try:
            self._parser.write(piece)
        except FormParserError:
            raise FormError from None

    def file(self) -> bytes:
        """The file, when all has been fed; ``FormError`` without one, or without an end."""
        if not self._file or not self._has_ended:
            raise FormError
        return bytes(self._file)

    def _count_delimiters(self, piece: bytes) -> None:
        """Each costs the parser some steps; in C they are counted at once."""
        seen = self._tail + piece
        self._delimiters += seen.count(self._delimiter)
        self._tail = seen[len(seen) - len(self._delimiter) + 1 :]
        if self._delimiters > MOST_PARTS:
            raise FormError

    def _begin_part(self) -> None:
        self._head, self._head_size = {}, 0

    def _take_name(self, data: bytes, start: int, end: int) -> None:
        self._name += self._bounded(data[start:end])

    def _take_value(self, data: bytes, start: int, end: int) -> None:
        self._value += self._bounded(data[start:end])

    def _bounded(self, part: bytes) -> bytes:
        self._head_size += len(part)
        if self._head_size > MOST_HEAD:
            raise FormError
        return part

    def _end_field(self) -> None:
        self._head[self._name.lower()] = self._value
        self._name = self._value = b""

    def _end_head(self) -> None:
        self._is_file = self._file is None and _field_name(self._head) == FIELD
        if self._is_file:
            self._file = bytearray()

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if not self._is_file or self._file is None:
            return
        if len(self._file) + end - start > self._most:
            raise FileTooLarge
        self._file += data[start:end]

    def _end_part(self) -> None:
        self._is_file = False

    def _end(self) -> None:
        self._has_ended = True


def _boundary(content_type: str) -> bytes:
    if len(content_type) > MOST_CONTENT_TYPE:
        raise FormError
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= MOST_BOUNDARY:
        raise FormError
    return boundary


def _field_name(head: Mapping[bytes, bytes]) -> bytes | None:
    kind, options = parse_options_header(head.get(b"content-disposition", b""))
    return options.get(b"name") if kind == b"form-data" else None
