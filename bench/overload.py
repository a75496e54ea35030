"""Five times the load that saturates it: what is answered, what is refused, and is anything lost?

``python -m bench.overload [--seconds 30] [--times 5] [--uri mongodb://…]`` starts `lizheng serve`
with a database of its own (or on the server at ``--uri``), and prints one JSON:

1. 16 and 64 clients that wait for each answer give the saturating rate: the better of the two.
2. An open loop sends ``times`` that rate, whatever comes back: latency counts from the moment when
   a request was due, so that the client's own queue is in it.
3. Then it knocks until ten answers in a row are as quick as before the load: the recovery.
4. Every letter that was acknowledged is looked up by number and query code.

A quarter of the requests are letters, the rest ask how a case stands.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from bench.engine import free_port
from bench.open_loop import Answer, Client, knock_until_quick, open_loop, saturate
from bench.operations import STATUS, SUBMIT

PROGRAM = Path(sys.executable).with_name("lizheng")
START_SECONDS, SATURATE_SECONDS = 60, 5
LETTER_EVERY = 4
KNOWN_CASES = 50
MAILBOXES = "{ mailboxes(first: 1) { edges { node { id } } } }"


class Mix:
    """The requests, one after another, and the receipts of the letters among them."""

    def __init__(self) -> None:
        self.mailbox = ""
        self.receipts: list[tuple[str, str]] = []
        self._numbers = count()

    def next(self, *, letter: bool = False) -> bytes:
        """The body of the next request."""
        number = next(self._numbers)
        if letter or number % LETTER_EVERY == 0:
            return self.letter(number)
        known = self.receipts[:KNOWN_CASES]
        return self.status(known[number % len(known)])

    def letter(self, number: int) -> bytes:
        """A letter like no other."""
        given = {
            "mailboxId": self.mailbox,
            "kind": "COMPLAINT",
            "channel": "WEB",
            "title": f"油烟扰民第{number}次投诉",
            "body": f"楼下餐馆第{number}天排放油烟，晚上无法开窗。" * 5,
            "writer": {"name": f"李写信{number}", "phone": f"+86138{number % 10**8:08d}"},
            "idempotencyKey": f"overload/{number}",
        }
        return _body(SUBMIT, input=given)

    def status(self, receipt: tuple[str, str]) -> bytes:
        """How a case stands."""
        return _body(STATUS, number=receipt[0], code=receipt[1])

    def told(self, answer: Answer) -> None:
        """Remember what a writer was told."""
        if answer.status != 200 or b"queryCode" not in answer.body:
            return
        payload = json.loads(answer.body)["data"]["submitLetter"]
        if payload["case"]:
            self.receipts.append((payload["case"]["number"], payload["queryCode"]))


def _body(document: str, **variables: Any) -> bytes:
    return json.dumps({"query": document, "variables": variables}).encode()


async def measured(port: int, seconds: float, times: float) -> dict[str, Any]:
    """The whole measurement against a server that is ready."""
    mix = Mix()
    client = Client("127.0.0.1", port, mix.told)
    found = json.loads((await client.ask(_body(MAILBOXES))).body)
    mix.mailbox = found["data"]["mailboxes"]["edges"][0]["node"]["id"]
    for _ in range(KNOWN_CASES):
        await client.ask(mix.next(letter=True))
    calm = sorted([(await client.ask(mix.status(one))).seconds for one in mix.receipts])
    rates = {
        clients: await saturate(client, mix.next, clients, SATURATE_SECONDS) for clients in (16, 64)
    }
    rate = max(rates.values())
    answers = await open_loop(client, mix.next, rate * times, seconds)
    recovery = await knock_until_quick(client, lambda: mix.status(mix.receipts[0]), calm[-1] * 2)
    lost = [one for one in mix.receipts if not await _is_there(client, mix, one)]
    return {
        "saturating_per_second": {str(clients): round(one, 1) for clients, one in rates.items()},
        "offered_per_second": round(rate * times, 1),
        "offered": len(answers),
        **summary(answers, seconds),
        "calm_p99_ms": round(calm[-1] * 1000, 1),
        "recovery_seconds": round(recovery, 2),
        "letters_acknowledged": len(mix.receipts),
        "letters_lost": len(lost),
    }


async def _is_there(client: Client, mix: Mix, receipt: tuple[str, str]) -> bool:
    answer = json.loads((await client.ask(mix.status(receipt))).body)
    case = (answer.get("data") or {}).get("trackedCase")
    return bool(case and case["number"] == receipt[0])


def summary(answers: Sequence[Answer], seconds: float) -> dict[str, Any]:
    """Rates and percentiles, by what the answer was."""
    by_status = Counter(answer.status for answer in answers)
    told: dict[str, Any] = {
        "statuses": {str(status): number for status, number in sorted(by_status.items())},
        "answered_per_second": round(by_status[200] / seconds, 1),
        "share_refused": round(by_status[503] / len(answers), 3),
    }
    for name, status in (("answered", 200), ("refused", 503)):
        times = sorted(answer.seconds for answer in answers if answer.status == status)
        for share in (50, 99):
            value = times[min(len(times) - 1, len(times) * share // 100)] if times else 0.0
            told[f"{name}_p{share}_ms"] = round(value * 1000, 1)
    return told


@contextmanager
def served(uri: str | None, port: int) -> Iterator[dict[str, str]]:
    """`lizheng serve` on a directory of its own; its environment, for commands beside it."""
    with tempfile.TemporaryDirectory(prefix="lizheng-overload-") as folder:
        environ = {"PATH": os.environ["PATH"], "DATA_DIR": folder, "DEMO": "0", "PORT": str(port)}
        environ |= {name: os.environ[name] for name in PASSED if name in os.environ}
        if uri is not None:
            environ |= {"MONGODB_URI": uri, "MONGODB_DATABASE": f"overload_{port}"}
        with (Path(folder) / "serve.log").open("wb") as log:
            process = subprocess.Popen([PROGRAM, "serve"], env=environ, stdout=log, stderr=log)
        try:
            yield environ
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


PASSED = ("MAX_CONCURRENT", "MONGODB_DRIVER")


def main() -> None:
    """Start a server, load it, look, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--times", type=float, default=5)
    parser.add_argument("--uri", help="a MongoDB server, instead of the embedded one")
    given = parser.parse_args()
    port = free_port()
    with served(given.uri, port) as environ:
        asyncio.run(Client.wait_until_ready("127.0.0.1", port, START_SECONDS))
        result = asyncio.run(measured(port, given.seconds, given.times))
        verified = subprocess.run(
            [PROGRAM, "verify", "--all"], env=environ, capture_output=True, text=True, check=False
        )
    result["verify"] = verified.stdout.strip().splitlines()[-1:]
    result["machine"] = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    sys.stdout.write(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
