"""Global ids: what we gave out comes back, anything else is refused by the field's name."""

from __future__ import annotations

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import Kind, global_id, key_of, read_id
from domain.refusals import InvalidInput

pytestmark = pytest.mark.ring("test")


@given(kind=st.sampled_from(Kind), key=st.text(st.characters(codec="utf-8"), min_size=1))
def test_an_id_comes_back_as_kind_and_key(kind: Kind, key: str) -> None:
    text = global_id(kind, key)
    assert read_id(text, "id") == (kind, key)
    assert key_of(text, kind, "id") == key
    assert text.replace("-", "").replace("_", "").isalnum()


@given(text=st.text())
def test_anything_is_read_or_refused_by_its_field(text: str) -> None:
    with suppress(InvalidInput):
        kind, key = read_id(text, "unitId")
        assert global_id(kind, key).rstrip("=")[:4] == text[:4]


def _encoded(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "Case:1", "Q2F", "信箱", "\ud800", "=", "Q2FzZTox\n", " Q2FzZTox", "Q2Fz ZTox"),
        *map(_encoded, (b"", b":", b"Case", b"Letter:1", b"case:1", b"\xff\xfe:1")),
    ],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        key_of(text, Kind.CASE, "caseId")
    assert refused.value.field == "caseId"


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.UNIT])
def test_an_id_of_another_kind_is_refused(kind: Kind) -> None:
    with pytest.raises(InvalidInput):
        key_of(global_id(kind, "1"), Kind.UNIT, "unitId")


def test_an_id_without_a_key_is_refused() -> None:
    with pytest.raises(InvalidInput):
        key_of(global_id(Kind.UNIT, ""), Kind.UNIT, "unitId")
