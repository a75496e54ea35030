"""Logs: one JSON object a line on stderr, and nothing in them that anybody wrote to the city.

A line carries what the code says in ``extra={"fields": {...}}``. Of an exception it has the type
and the places in the code, never the message: messages quote values, and values are letters,
phone numbers and query codes.
"""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import orjson

from domain.secret_words import mask_secrets

REQUESTS = logging.getLogger("lizheng.requests")
"""One line for every request."""
LONGEST_NAME = 64
_ROOT = Path(__file__).resolve().parent.parent


class JsonLines(logging.Formatter):
    """A record as one line of JSON; a line break in a value is escaped there."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": mask_secrets(record.getMessage()),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__qualname__
            line["at"] = _places(record.exc_info[2])
        return orjson.dumps(line, default=repr).decode()


def start(stream: TextIO | None = None) -> None:
    """Send what is logged to ``stream`` (stderr): ours from INFO, others' from WARNING."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("lizheng").setLevel(logging.INFO)
    # It writes down what it does not like in a form, which is refused anyway.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)


def request_answered(operation: str, status: int, seconds: float, request_id: str) -> None:
    """Log that a request was answered: what was asked by name, never with what."""
    fields = {
        "operation": operation[:LONGEST_NAME],
        "status": status,
        "ms": round(seconds * 1000, 1),
        "requestId": request_id,
    }
    REQUESTS.info("answered", extra={"fields": fields})


def _places(trace: TracebackType | None) -> list[str]:
    """File, line and function of every frame, innermost last."""
    return [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else path.name
