"""A manifest says what it says, and nobody without the key makes another."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from domain.history import Chain
from domain.manifests import BadManifest, Manifest, Part, read_manifest

pytestmark = pytest.mark.ring("test")

CHAIN = Chain(b"a key that stays outside the database")
PART = Part("archive/b/part-00001.jsonl.zst", 700, "a" * 64, "b" * 64, 2, "n1", "n2")
MANIFEST = Manifest(
    batch="2017-10/20170930T180000Z",
    place=1,
    run_at="2017-09-30T18:00:00+00:00",
    count=2,
    first="n1",
    last="n2",
    root="c" * 64,
    previous=None,
    retention="1",
    code="0.1.0",
    parts=(PART,),
)


def test_what_was_written_is_read() -> None:
    data = MANIFEST.sealed(CHAIN)
    assert read_manifest(data, CHAIN) == MANIFEST
    assert data == MANIFEST.sealed(CHAIN), "the same bytes every time"


@pytest.mark.parametrize("field", ["count", "root", "previous", "place", "seal", "format"])
def test_a_changed_value_shows(field: str) -> None:
    told = json.loads(MANIFEST.sealed(CHAIN))
    told[field] = "d" * 64
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
    with pytest.raises(BadManifest):
        read_manifest(text.encode(), CHAIN)


def test_a_part_that_was_exchanged_shows() -> None:
    data = MANIFEST.sealed(CHAIN)
    with pytest.raises(BadManifest, match="does not fit its seal"):
        read_manifest(data.replace(b"a" * 64, b"e" * 64), CHAIN)


def test_another_key_s_manifest_is_none_of_ours() -> None:
    with pytest.raises(BadManifest):
        read_manifest(MANIFEST.sealed(Chain(b"another key")), CHAIN)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'"x"', b"\xff", b'{"seal": 1, "parts": 2}'])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(BadManifest):
        read_manifest(data, CHAIN)


def test_each_names_the_one_before() -> None:
    following = replace(MANIFEST, place=2, previous="f" * 64)
    assert read_manifest(following.sealed(CHAIN), CHAIN).previous == "f" * 64
