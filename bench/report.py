"""The figures as one JSON document: medians over the repeats, with machine and engine."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from bench import engine
from bench.load import Run
from bench.measuring import CLIENTS, Measured
from bench.operations import OPERATIONS
from bench.pinning import is_pinned

PACKAGES = ("strawberry-graphql", "graphql-core", "starlette", "uvicorn", "motor", "pymongo")


def report(
    cases: int, filled: float, seconds: float, repeats: int, drivers: Mapping[str, Measured]
) -> dict[str, Any]:
    """Everything that was measured, and on what."""
    return {
        "cases": cases,
        "filled_seconds": round(filled, 1),
        "method": {
            "seconds": seconds,
            "repeats": repeats,
            "statistic": "median",
            "load": "wrk, one thread",
            "cores": _cores(),
        },
        "machine": _machine(),
        "engine": engine.version(),
        "packages": {name: version(name) for name in PACKAGES},
        "drivers": {driver: _driver(measured) for driver, measured in drivers.items()},
    }


def _cores() -> str:
    if is_pinned():
        return "web process alone on one, database and load generator on another"
    return "shared"


def _machine() -> dict[str, Any]:
    models = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "cpu": models[0].partition(":")[2].strip() if models else platform.processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _lines(path: str) -> Iterable[str]:
    found = Path(path)
    return found.read_text().splitlines() if found.exists() else ()


def _driver(measured: Measured) -> dict[str, Any]:
    told: dict[str, Any] = {
        "start_to_first_answer_seconds": round(measured.start_seconds, 2),
        "memory_mb": round(measured.memory_mb),
        "bare_memory_mb": round(measured.bare_memory_mb),
    }
    for operation in OPERATIONS:
        told[operation.name] = {
            f"{clients}_clients": _compared(measured, operation.name, clients)
            for clients in CLIENTS
        }
    return told


def _compared(measured: Measured, name: str, clients: int) -> dict[str, Any]:
    product = _medians(measured.runs[name, "product", clients])
    runs = measured.runs.get((name, "bare", clients))
    if runs is None:
        return {"product": product}
    bare = _medians(runs)
    ratio = round(product["per_second"] / bare["per_second"], 2)
    return {"product": product, "bare": bare, "ratio": ratio}


def _medians(runs: Sequence[Run]) -> dict[str, float]:
    return {
        "per_second": round(median(run.per_second for run in runs), 1),
        "p50_ms": round(median(run.p50 for run in runs), 2),
        "p99_ms": round(median(run.p99 for run in runs), 2),
        "cpu_ms_per_request": round(median(run.cpu for run in runs), 3),
    }
