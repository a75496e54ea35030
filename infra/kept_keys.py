"""The development keys of a data directory: made once, kept beside the data, for this user only."""

from __future__ import annotations

import base64
import json
import os
import secrets as randomness
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def kept_keys(data_dir: Path, sizes: Mapping[str, int]) -> dict[str, bytes]:
    """The keys by name, in bytes as long as ``sizes`` says; made when the directory has none yet.

    Raises ``ValueError``, which names ``DATA_DIR``, for a file that does not hold these keys.
    """
    path = data_dir / "secrets.json"
    if not path.exists():
        _keep_new_keys(path, sizes)
    try:
        kept = {name: base64.b64decode(key) for name, key in json.loads(path.read_text()).items()}
    except (ValueError, AttributeError, TypeError):
        kept = {}
    if {name: len(key) for name, key in kept.items()} != sizes:
        raise ValueError(f"DATA_DIR: {path} does not hold the keys it should")
    return kept


def _keep_new_keys(path: Path, sizes: Mapping[str, int]) -> None:
    """Write the file whole and for this user only; whoever comes second finds it there."""
    keys = {name: randomness.token_bytes(size) for name, size in sizes.items()}
    text = {name: base64.b64encode(key).decode() for name, key in keys.items()}
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".secrets-") as draft:
        json.dump(text, draft, indent=2)
        draft.flush()
        os.fsync(draft.fileno())
        with suppress(FileExistsError):
            os.link(draft.name, path)  # unlike a rename, it never replaces a file
