"""``python -m bench.paint``: when a browser first paints ``/city``, in milliseconds, as JSON.

January 2017 is made again and served; or a page that is served already is named. Headless Chromium
opens it, each time without anything kept: on a desktop, on a phone, and on a phone with a slow
connection (1.6 Mbit/s, 150 ms) and a processor four times slower. In turn with it a page of one
sentence is opened, which is as quick as a page can be.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from bench.servers import PRODUCT, serving

DESKTOP, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
SETTLED = 800
"""Milliseconds after the page is loaded: nothing larger is painted then, and nothing moves."""
_WATCH = """() => {
  window.painted = {largest: 0, shift: 0};
  const watch = (type, told) => new PerformanceObserver((list) => list.getEntries().forEach(told))
    .observe({type, buffered: true});
  watch("largest-contentful-paint", (one) => { painted.largest = one.startTime; });
  watch("layout-shift", (one) => { if (!one.hadRecentInput) painted.shift += one.value; });
}"""
_TOLD = """() => ({
  answered: performance.getEntriesByType("navigation")[0].responseStart,
  first: performance.getEntriesByName("first-contentful-paint")[0].startTime,
  ...painted,
})"""


def main(arguments: Sequence[str]) -> None:
    """Medians and the worst of each view; its JSON goes to standard output."""
    parser = argparse.ArgumentParser(prog="bench.paint", description=__doc__)
    parser.add_argument("url", nargs="?", help="a page that is served already")
    parser.add_argument("--repeats", type=int, default=7)
    asked = parser.parse_args(arguments)
    program = shutil.which("chromium")
    if program is None:
        parser.error("there is no chromium here")
    with _bare_page() as bare:
        if asked.url:
            told = _measured(program, asked.url, bare, asked.repeats)
        else:
            with _january() as url:
                told = _measured(program, url, bare, asked.repeats)
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


@contextmanager
def _january() -> Iterator[str]:
    """The page of January 2017, made again and served from a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="lizheng-paint-") as name:
        folder = Path(name)
        environ = {"DATA_DIR": str(folder / "data"), "FUNCTIONS": "0"}
        log = folder / "log"
        with log.open("a") as output:
            command = [PRODUCT[0], "january"]
            environment = {**os.environ, **environ}
            subprocess.run(command, env=environment, stdout=output, stderr=output, check=True)
        with serving(PRODUCT, environ, "/graphql", b'{"query": "{ __typename }"}', log) as server:
            yield f"{server.url}/city?month=2017-01"


@contextmanager
def _bare_page() -> Iterator[str]:
    """A page of one sentence, from a server that does nothing else."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Sentence) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class _Sentence(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the library's name
        body = b"<!doctype html><title>Bare</title><p>One sentence."
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def _measured(program: str, url: str, bare: str, repeats: int) -> dict[str, dict[str, float]]:
    """Each view of the page, and its first paint as a ratio to that of the bare one."""
    views = {"desktop": (DESKTOP, False), "phone": (PHONE, False), "slow phone": (PHONE, True)}
    told = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, view in views.items():
            runs = [[_painted(browser, one, *view) for one in (url, bare)] for _ in range(repeats)]
            told[name] = _view([page for page, _ in runs])
            least = median(run["first"] for _, run in runs)
            told[name]["bare_first_paint_ms"] = round(least, 1)
            told[name]["ratio"] = round(told[name]["first_paint_ms"] / least, 2)
        browser.close()
    return told


def _painted(browser: Browser, url: str, viewport: ViewportSize, is_slow: bool) -> dict[str, float]:
    context = browser.new_context(viewport=viewport)
    page = context.new_page()
    if is_slow:
        _slow_down(page)
    page.goto(url, wait_until="load")
    page.evaluate(_WATCH)
    page.wait_for_timeout(SETTLED)
    told: dict[str, float] = page.evaluate(_TOLD)
    context.close()
    return told


def _slow_down(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})


def _view(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    return {
        "answered_ms": round(median(run["answered"] for run in runs), 1),
        "first_paint_ms": round(median(run["first"] for run in runs), 1),
        "worst_first_paint_ms": round(max(run["first"] for run in runs), 1),
        "largest_paint_ms": round(median(run["largest"] for run in runs), 1),
        "layout_shift": round(max(run["shift"] for run in runs), 4),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
