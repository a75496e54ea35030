"""What may be sent along, and under which name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.attachments import LARGEST, Attachment, UploadAsked, plain_name, stable_until
from domain.refusals import InvalidInput

pytestmark = pytest.mark.ring("test")

NINE = datetime(2017, 1, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("油烟.jpg", "油烟.jpg"),
        ("油烟", "油烟.jpg"),
        ("/etc/passwd", "passwd.jpg"),
        ("..\\..\\boot.ini", "boot.jpg"),
        ("a\u202egpj.exe", "agpj.jpg"),
        (" . x . .jpg", "x.jpg"),
        ("长" * 500, "长" * 100 + ".jpg"),
    ],
)
def test_a_name_is_the_last_part_of_a_path_with_the_ending_of_its_kind(
    given: str, name: str
) -> None:
    assert plain_name(given, "image/jpeg") == name


@pytest.mark.parametrize("given", ["", "/", "..", "...", ". .", "\u0000", "a/.."])
def test_a_name_of_nothing_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput):
        plain_name(given, "image/jpeg")


def test_kinds_are_read_whatever_their_case_and_sizes_have_an_end() -> None:
    assert UploadAsked("x", " Image/PNG ", LARGEST).checked() == UploadAsked(
        "x.png", "image/png", LARGEST
    )
    for kind, taken in (
        ("image/jpg", "image/jpeg"),
        ("image/pjpeg", "image/jpeg"),
        ("image/x-png", "image/png"),
        ("application/x-pdf", "application/pdf"),
        ("image/jpeg; charset=binary", "image/jpeg"),
    ):
        assert UploadAsked("x", kind, 1).checked().content_type == taken
    for kind, size in (("image/png", LARGEST + 1), ("image/png", 0), ("image/gif", 1)):
        with pytest.raises(InvalidInput):
            UploadAsked("x", kind, size).checked()


def test_an_address_is_the_same_for_a_quarter_of_an_hour_and_good_for_another() -> None:
    for minutes in (0, 14, 14.99):
        assert stable_until(NINE + timedelta(minutes=minutes)) == NINE + timedelta(minutes=30)
    assert stable_until(NINE + timedelta(minutes=15)) == NINE + timedelta(minutes=45)


def test_every_object_of_a_file_has_a_place_of_its_own() -> None:
    file = Attachment("1", "x.pdf", "application/pdf", 1)
    assert len({file.arrives_as, file.original, file.shown, file.thumbnail}) == 4
    assert not file.is_picture
