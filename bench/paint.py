"""``python -m bench.paint URL``: when a browser first paints a page, in milliseconds, as JSON.

Headless Chromium opens the address, each time without anything kept: on a desktop, on a phone, and
on a phone with a slow connection (1.6 Mbit/s, 150 ms) and a processor four times slower.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from statistics import median

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

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
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8000/city")
    parser.add_argument("--repeats", type=int, default=7)
    asked = parser.parse_args(arguments)
    program = shutil.which("chromium")
    if program is None:
        parser.error("there is no chromium here")
    views = {"desktop": (DESKTOP, False), "phone": (PHONE, False), "slow phone": (PHONE, True)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        told = {
            name: _view([_painted(browser, asked.url, *view) for _ in range(asked.repeats)])
            for name, view in views.items()
        }
        browser.close()
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


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
