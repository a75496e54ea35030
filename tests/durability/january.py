"""January 2017 made while it is killed again and again: the figures are the same to the digit.

``python -m tests.durability.january --kills 6 --seed 1`` kills the command and the database, by
turns and both at once, at moments that the seed decides; then it lets January come to its end and
compares what is printed with a January that nobody disturbed.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from infra.process import wait_until
from tests.durability.product import Product

VICTIMS = (("api",), ("database",), ("database", "api"))
"""``Product`` calls the command that was launched ``api``."""
COMMAND_SECONDS = 3600


@dataclass(frozen=True)
class Kill:
    """Who was killed, and after how many seconds of the command."""

    victims: Sequence[str]
    after: float
    ended: bool
    """The command was through before."""


def figures(said: str) -> list[str]:
    """What the command prints of the month, without how long it took and what to do next."""
    lines = [line.partition(" letters in ")[0].rstrip() for line in said.splitlines()]
    return [line for line in lines if line and not line.startswith(("Filling", "`make run`"))]


def undisturbed(product: Product) -> tuple[list[str], float]:
    """January at one go, and its seconds."""
    began = time.monotonic()
    product.launch("january")
    assert product.api.wait(COMMAND_SECONDS) == 0, product.said()
    return figures(product.said()), time.monotonic() - began


def disturbed(
    product: Product, kills: int, seed: int, seconds: float
) -> Iterator[Kill | list[str]]:
    """January killed so many times over the ``seconds`` it takes; its figures come last."""
    rng = random.Random(seed)
    for number in range(kills):
        victims = VICTIMS[number % len(VICTIMS)]
        after = rng.uniform(1, 2 * seconds / (kills + 1))  # nearly always all of them strike
        product.launch("january")
        began = time.monotonic()
        ended = wait_until(lambda: product.api.poll() is not None, after)
        if not ended:
            _kill(product, victims)
        yield Kill(victims, time.monotonic() - began, ended)
    product.launch("january")
    assert product.api.wait(COMMAND_SECONDS) == 0, product.said()
    yield figures(product.said())


def _kill(product: Product, victims: Sequence[str]) -> None:
    """Where there is no database yet, the command alone; one that lost its database ends."""
    there = [one for one in victims if one == "api" or not product.has_no_database()]
    with suppress(AssertionError):  # it was gone in this very moment
        product.kill(*there)
    if product.api.poll() is None:
        status = product.api.wait(COMMAND_SECONDS)
        assert status in {0, 1}, product.said()
        assert "Traceback" not in product.said(), product.said()


@contextmanager
def installations(port: int) -> Iterator[tuple[Product, Product]]:
    """Two of them, side by side, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lizheng-january-"))
    products = Product(folder / "one", port), Product(folder / "two", port)
    try:
        for one in products:
            one.data_dir.mkdir(parents=True)
        yield products
    finally:
        for one in products:
            one.remove()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Show it; exit status 1 when a figure differs."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=6)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    with installations(8198) as (quiet, killed):
        expected, seconds = undisturbed(quiet)
        sys.stdout.write(f"undisturbed: {seconds:.0f} s, {len(expected)} lines of figures\n")
        for one in disturbed(killed, given.kills, given.seed, seconds):
            if isinstance(one, Kill):
                what = "was through" if one.ended else f"killed {' and '.join(one.victims)}"
                sys.stdout.write(f"after {one.after:5.1f} s: {what}\n")
            sys.stdout.flush()
        is_same = one == expected
        status, said = killed.command("verify", "--all")
        sys.stdout.write("the same figures to the digit\n" if is_same else f"{expected}\n{one}\n")
        sys.stdout.write(said)
    return 0 if is_same and status == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
