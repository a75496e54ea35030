"""A Merkle tree over many leaves, of which never more than a few nodes are kept (RFC 6962, 2.1).

A leaf is SHA-256 over 0x00 and the leaf's bytes, a node over 0x01 and its two children.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the full trees that the leaves so far make up, the largest first.

    ``trees`` are pairs of a number of leaves, a power of two, and a hash in hex.
    """

    trees: tuple[tuple[int, str], ...] = ()

    @property
    def leaves(self) -> int:
        return sum(leaves for leaves, _ in self.trees)

    def with_leaf(self, leaf: bytes) -> Frontier:
        """After one more leaf."""
        trees = [*self.trees, (1, hashlib.sha256(b"\x00" + leaf).hexdigest())]
        while len(trees) > 1 and trees[-2][0] == trees[-1][0]:
            (leaves, left), (_, right) = trees[-2:]
            trees[-2:] = [(2 * leaves, _node(left, right))]
        return Frontier(tuple(trees))

    @property
    def root(self) -> str:
        """The tree's root in hex; of no leaves, SHA-256 of nothing."""
        if not self.trees:
            return hashlib.sha256().hexdigest()
        root = self.trees[-1][1]
        for _, left in reversed(self.trees[:-1]):
            root = _node(left, root)
        return root


def _node(left: str, right: str) -> str:
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()
