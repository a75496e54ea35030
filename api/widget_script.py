"""The widget's script as browsers get it: one file, put together from the modules in ``widget/``.

The modules are read as they lie there. There is no build: their imports are left out, as all of
them stand in one function, and so are the comments, which whoever reads the script finds there.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WIDGET = Path(__file__).resolve().parent.parent / "widget"
MODULES = (
    "dom",
    "operations",
    "proof",
    "server",
    "draft",
    "parts",
    "heading",
    "letter",
    "sent",
    "lookup",
    "replies",
    "element",
)
"""Each after those that it imports from."""
_IMPORT = re.compile(r"^import .+;$")
_COMMENT = re.compile(r"^\s*(//|/\*\*.*\*/$)")
_EXPORT = re.compile(r"^export ")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it is sent, plain and compressed."""

    media_type: str
    plain: bytes
    zipped: bytes
    etag: str


@cache
def script() -> Sent:
    """``lizheng-mailbox.js``; raises ``OSError`` where the sources are not installed."""
    words = json.dumps(_words(), ensure_ascii=False, separators=(",", ":"))
    style = json.dumps(_style(), ensure_ascii=False)
    contents = f"const WORDS={words};\nconst STYLE={style};"
    modules = [_module(name) for name in MODULES]
    text = "\n".join(['(() => {\n"use strict";', contents, *modules, "})();\n"])
    return _sent("text/javascript; charset=utf-8", text)


@cache
def page_file(name: str) -> Sent:
    """``page.css`` or ``try.js``, of the two pages that show the widget."""
    kind = {".css": "text/css", ".js": "text/javascript"}[Path(name).suffix]
    return _sent(f"{kind}; charset=utf-8", (WIDGET / name).read_text(encoding="utf-8"))


def _words() -> object:
    return json.loads((WIDGET / "words.json").read_text(encoding="utf-8"))


def _style() -> str:
    lines = (WIDGET / "style.css").read_text(encoding="utf-8").splitlines()
    return "\n".join(filter(None, (line.strip() for line in lines)))


def _module(name: str) -> str:
    lines = (WIDGET / f"{name}.js").read_text(encoding="utf-8").splitlines()
    kept = [one for one in lines if one and not _IMPORT.match(one) and not _COMMENT.match(one)]
    return "\n".join(_EXPORT.sub("", line) for line in kept)


def _sent(media_type: str, text: str) -> Sent:
    plain = text.encode()
    etag = f'W/"{hashlib.sha256(plain).hexdigest()[:20]}"'
    return Sent(media_type, plain, gzip.compress(plain, 9, mtime=0), etag)
