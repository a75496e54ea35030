"""A disk that fills up while people write, and gets room again: nothing acknowledged is lost, and
nobody has to lend a hand. ``python -m tests.durability.full_disk`` shows it and says how long it
took; the disk is a file system in memory, which only root may mount.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.process import wait_until
from tests.durability.letters import Receipt, first_mailbox, letter, missing, sent_again, submit
from tests.durability.product import Product

MEGABYTES = 256
LETTERS = 20
"""Acknowledged in each round before the disk is filled."""
MOST = 3_000
SECONDS = 120


class CannotMount(RuntimeError):
    """No file system may be mounted here; the message says why."""


@dataclass(frozen=True)
class Round:
    """What one round showed. ``told_after`` and ``back_after`` are seconds: from the letter that
    was refused to ``/readyz`` saying so, from the room to an acknowledged letter.
    """

    receipts: list[Receipt]
    answer: str
    told_after: float
    back_after: float


@contextmanager
def small_disk(folder: Path, megabytes: int = MEGABYTES) -> Iterator[Path]:
    """A file system of this size at ``folder``; raises ``CannotMount``."""
    folder.mkdir(parents=True)
    size = f"size={megabytes}m,mode=0700"
    command = ["mount", "-t", "tmpfs", "-o", size, "lizheng-full-disk", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CannotMount("there is no command to mount a file system with") from None
    if done.returncode:
        raise CannotMount(f"a file system cannot be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """A file that takes all the room there is."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return ballast


def fill_up_and_make_room(product: Product, name: str) -> Round:
    """One round: letters, a full disk, letters until one is refused, room, and letters again."""
    with product.client() as client:
        mailbox = first_mailbox(client)
        receipts, answer, ballast = [], "", None
        for number in range(MOST):
            if number == LETTERS:
                ballast = fill(product.data_dir)
            told = submit(client, mailbox, letter(name, number))
            if isinstance(told, str):
                answer = told
                break
            receipts.append(told)
        assert ballast is not None, answer
        began = time.monotonic()
        assert wait_until(lambda: product.status("/readyz") == 503, SECONDS), product.said()
        told_after = time.monotonic() - began
        ballast.unlink()
        began = time.monotonic()
        assert wait_until(lambda: product.status("/readyz") == 200, SECONDS), product.said()
        again = [letter(name, number) for number in range(len(receipts), len(receipts) + LETTERS)]
        after = sent_again(product, again[:1])
        back_after = time.monotonic() - began
        after += sent_again(product, again[1:])
    receipts += [one for one in after if isinstance(one, Receipt)]
    assert len(receipts) >= 2 * LETTERS, after
    return Round(receipts, answer, told_after, back_after)


def show(product: Product, rounds: int) -> list[Round]:
    """Several rounds; whoever was told that a letter is there finds it as it was written."""
    product.start()
    shown: list[Round] = []
    for number in range(rounds):
        shown.append(fill_up_and_make_room(product, f"round {number}"))
        assert missing(product, [one for each in shown for one in each.receipts]) == []
    status, said = product.command("verify", "--all")
    assert status == 0, said
    assert product.api.poll() is None
    return shown


def main() -> int:
    """Show it, and say the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--port", type=int, default=8199)
    given = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="lizheng-full-disk-"))
    product = Product(folder, given.port)
    try:
        with small_disk(product.data_dir):
            try:
                shown = show(product, given.rounds)
            finally:
                product.remove()
    except CannotMount as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for number, one in enumerate(shown, 1):
        sys.stdout.write(
            f"round {number}: {len(one.receipts)} letters acknowledged, none lost; full: "
            f"{one.answer}, /readyz says so after {one.told_after:.1f} s; "
            f"with room a letter is taken after {one.back_after:.1f} s\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
