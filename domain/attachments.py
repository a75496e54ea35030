"""What may be sent along with a letter: of which kind, how large, how many, under which name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from domain.refusals import InvalidInput
from domain.text import is_blank, mend_text

MOST = 6
"""Of one letter."""
LARGEST = 10 * 1024 * 1024
"""Bytes of one file."""
LONGEST_NAME = 100
DOCUMENT = "application/pdf"
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", DOCUMENT: ".pdf"}
"""The kinds that are taken, by media type, and how their names end."""
ALIASES = {
    "image/jpg": "image/jpeg",
    "image/jpe": "image/jpeg",
    "image/jfif": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-jpeg": "image/jpeg",
    "image/x-jpg": "image/jpeg",
    "image/x-citrix-jpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/apng": "image/png",
    "image/vnd.mozilla.apng": "image/png",
    "image/x-citrix-png": "image/png",
    "image/x-webp": "image/webp",
    "application/x-pdf": DOCUMENT,
    "application/acrobat": DOCUMENT,
    "application/x-acrobat": DOCUMENT,
    "application/vnd.pdf": DOCUMENT,
    "text/pdf": DOCUMENT,
    "text/x-pdf": DOCUMENT,
}
"""What browsers and telephones also call them."""
WAITS = timedelta(hours=24)
"""For so long an upload waits for its letter."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file. ``case`` is None as long as it belongs to no letter; ``size`` is in bytes.

    ``inspected``: it was decoded, is good, and what is shown of it is stored.
    """

    id: str
    file_name: str
    content_type: str
    size: int
    case: str | None = None
    inspected: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether there is a picture to be shown of it."""
        return self.content_type != DOCUMENT

    @property
    def arrives_as(self) -> str:
        """The object that the client writes."""
        return f"uploads/{self.id}"

    @property
    def original(self) -> str:
        """The object with what was sent, which nobody is shown."""
        return f"attachments/{self.id}/original"

    @property
    def shown(self) -> str:
        """The object that readers get: of a picture one without EXIF."""
        return f"attachments/{self.id}/shown"

    @property
    def thumbnail(self) -> str:
        """The object with a small picture."""
        return f"attachments/{self.id}/thumbnail"

    @property
    def as_sent(self) -> tuple[str, ...]:
        """The objects with what a camera or an author wrote into the file."""
        return self.arrives_as, self.original

    @property
    def objects(self) -> tuple[str, ...]:
        """All of them."""
        return *self.as_sent, self.shown, *((self.thumbnail,) if self.is_picture else ())


def nameless(place: int, content_type: str) -> str:
    """What a file is called whose own name was erased; ``place`` is its place in the letter."""
    return f"{place + 1}{ENDINGS[content_type]}"


@dataclass(frozen=True, slots=True)
class UploadAsked:
    """What a client says of a file before it sends it."""

    file_name: str
    content_type: str
    size: int

    def checked(self) -> UploadAsked:
        """With a name that is nothing but a name; raises ``InvalidInput``."""
        said = self.content_type.partition(";")[0].strip().lower()
        content_type = ALIASES.get(said, said)
        if content_type not in ENDINGS:
            raise InvalidInput(
                "仅支持 JPEG、PNG、WebP 图片和 PDF 文件。",
                "JPEG, PNG and WebP pictures and PDF documents are taken.",
                "contentType",
            )
        if not 1 <= self.size <= LARGEST:
            raise InvalidInput(
                "每个文件须为 1 字节至 10 MB。", "A file has 1 byte to 10 MB.", "size"
            )
        return UploadAsked(plain_name(self.file_name, content_type), content_type, self.size)


def plain_name(text: str, content_type: str) -> str:
    """The last part of a path, without signs that are not seen, ending as its kind ends.

    Raises ``InvalidInput`` when nothing is left of it.
    """
    last = PurePosixPath(mend_text(text).replace("\\", "/")).name
    seen = "".join(one for one in last if unicodedata.category(one)[0] != "C" or one == "\u200d")
    stem = PurePosixPath(seen.strip()).stem.strip(". ")[:LONGEST_NAME]
    if is_blank(stem):
        raise InvalidInput("文件名无效。", "This is no name of a file.", "fileName")
    return stem + ENDINGS[content_type]


def check_number(ids: tuple[str, ...]) -> None:
    """Raises ``InvalidInput`` for too many, or one of them twice."""
    if len(ids) > MOST or len(set(ids)) != len(ids):
        raise InvalidInput(
            f"最多可附{MOST}个互不相同的文件。",
            f"A letter has at most {MOST} attachments, each once.",
            "attachments",
        )


def stable_until(now: datetime) -> datetime:
    """When an address that is given out now runs out: the same for a quarter of an hour.

    So whoever asks again gets the same address, and the same answer; it is good for 15 to 30
    minutes.
    """
    quarter = timedelta(minutes=15)
    begun = now - timedelta(
        minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond
    )
    return begun + 2 * quarter
