"""Forms with a file in them: what is read, what is refused, and at which cost."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from api.multipart import FileForm, FileTooLarge, FormError

pytestmark = pytest.mark.ring("test")

TYPE = "multipart/form-data; boundary=x"
HEAD = b'Content-Disposition: form-data; name="file"; filename="a.jpg"'
MOST = 10 * 1024 * 1024


def form(*parts: tuple[bytes, bytes], end: bytes = b"--x--\r\n") -> bytes:
    """A form of parts with a head and a content each."""
    return b"".join(b"--x\r\n%s\r\n\r\n%s\r\n" % part for part in parts) + end


def read(body: bytes, pieces: int = 64 * 1024, content_type: str = TYPE, most: int = MOST) -> bytes:
    """The file in a form that comes in pieces of this size."""
    taken = FileForm(content_type, most)
    for start in range(0, len(body), pieces):
        taken.feed(body[start : start + pieces])
    return taken.file()


FIELD = (b'Content-Disposition: form-data; name="key"', b"value")
CONTENT = b"\xff\xd8\r\n--\r\n--\r\n-x\x00"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (form((HEAD, CONTENT)), TYPE),
        (form(FIELD, (HEAD, CONTENT)), TYPE),
        (form((HEAD, CONTENT), (HEAD, b"a second one")), TYPE),
        (form((HEAD.lower(), CONTENT)), 'Multipart/Form-Data;charset=utf-8; BOUNDARY="x"'),
        (form((b'content-disposition:form-data;filename="; name=key";name=file', CONTENT)), TYPE),
        (b"\r\n" + form((HEAD, CONTENT)), TYPE),
        (form((HEAD, CONTENT)) + b"an epilogue", TYPE),
    ],
)
def test_the_field_called_file_is_taken_in_pieces_of_any_size(
    body: bytes, content_type: str
) -> None:
    for pieces in (1, 2, 3, 7, len(body)):
        assert read(body, pieces, content_type) == CONTENT


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", TYPE),
        (b"--x--", TYPE),
        (b"--x\r\n\r\n", TYPE),
        (form((HEAD, b"")), TYPE),
        (form((HEAD, CONTENT), end=b""), TYPE),
        (form(FIELD), TYPE),
        (form((b'Content-Disposition: attachment; name="file"', CONTENT)), TYPE),
        (form((HEAD, CONTENT)), "multipart/form-data"),
        (form((HEAD, CONTENT)), "multipart/mixed; boundary=x"),
        (form((HEAD, CONTENT)), f"multipart/form-data; boundary={'x' * 71}"),
        (form((HEAD, CONTENT)), f"multipart/form-data; boundary=x;{' ' * 300}"),
        (form((b"no colon", CONTENT)), TYPE),
        (form((b"\xff: \xff", CONTENT)), TYPE),
    ],
)
def test_what_is_no_form_with_a_file_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(FormError):
        read(body, content_type=content_type)


def test_a_file_may_have_as_many_bytes_as_were_announced() -> None:
    assert read(form((HEAD, b"12345")), most=5) == b"12345"
    with pytest.raises(FileTooLarge):
        read(form((HEAD, b"123456")), most=5)


HOSTILE: dict[str, tuple[bytes, bytes]] = {
    "a head of one kind": (b"--x\r\nContent-Disposition: ", b"form-data;"),
    "a head of quotes": (b'--x\r\nContent-Disposition: form-data; name="', b'\\";="'),
    "a head without a name": (b"--x\r\n", b"a"),
    "a head of many fields": (b"--x\r\n", b"a: b\r\n"),
    "many parts": (b"--x", b"\r\n\r\n\r\n--x"),
    "boundaries that are none": (b"--x\r\n" + HEAD + b"\r\n\r\n", b"\r\n--xx"),
    "dashes": (b"", b"-"),
    "the beginnings of boundaries": (b"--x\r\n" + HEAD + b"\r\n\r\n", b"\r\n--"),
    "line ends": (b"", b"\r\n"),
    "padding": (b"--x\r\n" + HEAD + b"\r\n\r\n", b"\r\n--x "),
    "nothing but a file": (b"--x\r\n" + HEAD + b"\r\n\r\n", b"\x00"),
}


def steps(begin: bytes, again: bytes, size: int) -> int:
    """How many lines of Python are run for a body of this size, refused or not."""
    body = begin + again * (size // len(again))
    count = 0

    def line(_frame: FrameType, event: str, _given: Any) -> Any:
        nonlocal count
        count += event == "line"
        return line

    sys.settrace(line)
    try:
        read(body)
    except FormError:
        pass
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize("name", HOSTILE)
def test_the_work_of_a_hostile_form_is_bounded_by_its_pieces(name: str) -> None:
    """Each piece of 64 kB costs a bounded number of steps, whatever is in it."""
    begin, again = HOSTILE[name]
    assert steps(begin, again, 1024 * 1024) <= 16 * 300 + 3_000
