"""What the city's page is drawn with: our style and script, and the chart library, from here.

A file's address has a hash of what it holds, so that whoever has it never asks for it again, and
whoever has the page of before gets no other file under its name: that is a 404.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_HERE = Path(__file__).resolve().parent
CHART = "chart.js"
FILES = {
    "city.css": _HERE / "assets" / "city.css",
    "letters.css": _HERE / "assets" / "letters.css",
    "city.js": _HERE / "assets" / "city.js",
    # npm puts it there (`make explorer`). Without it the page shows tables and bars.
    CHART: _HERE.parent / "node_modules" / "chart.js" / "dist" / "chart.umd.min.js",
}
PREFIX = "/city/assets/"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent, plain and compressed."""

    address: str
    media_type: str
    plain: bytes
    zipped: bytes


@cache
def asset(name: str) -> Asset | None:
    """The file of this name; None where it is not installed. Read once."""
    path = FILES[name]
    if not path.is_file():
        return None
    plain = path.read_bytes()
    stem, ending = name.split(".")
    digest = hashlib.sha256(plain).hexdigest()[:12]
    address = f"{PREFIX}{stem}-{digest}.{ending}"
    return Asset(address, _TYPES[f".{ending}"], plain, gzip.compress(plain, mtime=0))


def address(name: str) -> str | None:
    """Where the file of this name is fetched; None where it is not installed."""
    found = asset(name)
    return found.address if found else None


async def answer(request: Request) -> Response:
    """One of the files; 404 for everything else, an older version's address too."""
    found = next(
        (one for one in map(asset, FILES) if one and one.address == request.url.path), None
    )
    if found is None:
        raise HTTPException(404)
    headers = {
        "Cache-Control": _FOREVER,
        "Content-Type": found.media_type,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if takes_gzip(request):
        return Response(found.zipped, headers={**headers, "Content-Encoding": "gzip"})
    return Response(found.plain, headers=headers)


def takes_gzip(request: Request) -> bool:
    """Whether the reader said so; ``gzip;q=0`` says that it does not."""
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
