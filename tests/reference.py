"""How quick this machine is today: seconds of a fixed loop on two cores at once.

Times of test runs are told beside it, since days of one machine differ threefold.
``python -m tests.reference`` prints it.
"""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor

CORES = 2
ROUNDS = 10_000_000


def spin(rounds: int) -> float:
    """Seconds that so many rounds take this process."""
    began = time.perf_counter()
    value = 1
    for _ in range(rounds):
        value = value * 1_103_515_245 + 12_345 & 0x7FFFFFFF
    return time.perf_counter() - began


def measure() -> float:
    """Seconds of the loop, the slower of two processes that run it side by side."""
    with ProcessPoolExecutor(CORES) as pool:
        return max(pool.map(spin, [ROUNDS] * CORES))


if __name__ == "__main__":
    print(f"reference: {measure():.2f} s")  # noqa: T201
