"""The development keys of a data directory: made once, kept beside the data, for this user only."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets as randomness
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from infra.files import create_file, replace_file

LATER = frozenset({"account_key"})
"""Keys that files of an older version do not hold: they are added."""


def kept_keys(data_dir: Path, sizes: Mapping[str, int]) -> dict[str, bytes]:
    """The keys by name, in bytes as long as ``sizes`` says; made when the directory has none yet.

    Raises ``ValueError``, which names ``DATA_DIR``, for a file that does not hold these keys.
    """
    path = data_dir / "secrets.json"
    if not path.exists():
        _keep_new_keys(path, sizes)
    kept = _read(path)
    missing = sizes.keys() - kept.keys()
    if kept and missing and missing <= LATER:
        kept = _with_added(path, {name: sizes[name] for name in missing})
    kept = {name: key for name, key in kept.items() if name in sizes}
    if {name: len(key) for name, key in kept.items()} != sizes:
        raise ValueError(f"DATA_DIR: {path} does not hold the keys it should")
    return kept


def _read(path: Path) -> dict[str, bytes]:
    try:
        return {name: base64.b64decode(key) for name, key in json.loads(path.read_text()).items()}
    except (ValueError, AttributeError, TypeError):
        return {}


def _with_added(path: Path, sizes: Mapping[str, int]) -> dict[str, bytes]:
    """The file's keys and new ones beside them; of several who add at once, one does."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        kept = _read(path)
        new = {name: randomness.token_bytes(sizes[name]) for name in sizes.keys() - kept.keys()}
        if new:
            with replace_file(path) as draft:
                draft.write(_text(kept | new))
        return kept | new
    finally:
        os.close(folder)


def _text(keys: Mapping[str, bytes]) -> bytes:
    encoded = {name: base64.b64encode(key).decode() for name, key in keys.items()}
    return json.dumps(encoded, indent=2).encode()


def _keep_new_keys(path: Path, sizes: Mapping[str, int]) -> None:
    """Write the file whole and for this user only; whoever comes second finds it there."""
    keys = {name: randomness.token_bytes(size) for name, size in sizes.items()}
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError), create_file(path) as draft:
        draft.write(_text(keys))
