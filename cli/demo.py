"""The demo case that `lizheng serve` points to: kept beside the data, for it is told only once."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from services.demo import DemoCase, fill_with_demo
from services.office import Office
from services.process import Proof, proven_case

FILE = "demo.json"


async def demo_case(office: Office, data_dir: Path, now: datetime) -> DemoCase | None:
    """Fills an empty database with the demo letters; the case to show, or None without one.

    ``DATA_DIR/demo.json`` (for this user only) remembers it for the next start; what is there
    counts only as long as it opens a case of this database.
    """
    path = data_dir / FILE
    made = await fill_with_demo(office, now)
    if made is not None:
        keep_demo_case(data_dir, made)
        return made
    known = _kept(path)
    if known is None:
        return None
    found = await proven_case(office, Proof(number=known.number, query_code=known.query_code))
    return None if found is None else known


def keep_demo_case(data_dir: Path, case: DemoCase) -> None:
    """Remembers a case with its code, for the next start to show."""
    path = data_dir / FILE
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(case), file, ensure_ascii=False)


def _kept(path: Path) -> DemoCase | None:
    try:
        return DemoCase(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
