"""The root that is computed on the way is the one that RFC 6962 defines over all leaves."""

from __future__ import annotations

import hashlib

import pytest

from domain.merkle import Frontier

pytestmark = pytest.mark.ring("test")


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1: split at the largest power of two that is smaller than their number."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    left, right = by_definition(leaves[:half]), by_definition(leaves[half:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("count", [*range(18), 31, 32, 33, 1000])
def test_the_root_of_any_number_of_leaves(count: int) -> None:
    leaves = [f"seal {number}".encode() for number in range(count)]
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.with_leaf(leaf)
    assert frontier.leaves == count
    assert frontier.root == by_definition(leaves).hex()
    assert len(frontier.trees) <= count.bit_length()


# The first leaves and roots of the test vectors that certificate transparency ships.
LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
)


def test_the_published_vectors() -> None:
    frontier = Frontier()
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        frontier = frontier.with_leaf(bytes.fromhex(leaf))
        assert frontier.root == root


def test_another_order_is_another_root() -> None:
    one = Frontier().with_leaf(b"a").with_leaf(b"b")
    assert one.root != Frontier().with_leaf(b"b").with_leaf(b"a").root
