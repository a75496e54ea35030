"""What an app team needs beside the operations: files in ``schema/clients`` that code writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "schema" / "clients"
INTROSPECTION = FOLDER / "introspection.json"
TRUSTED = FOLDER / "trusted-documents.json"


def client_files() -> Mapping[Path, str]:
    """Each file with what it should say."""
    from graphql import introspection_from_schema

    from api.documents import manifest
    from api.schema import schema

    told = introspection_from_schema(schema._schema)  # noqa: SLF001  # graphql-core's own
    return {INTROSPECTION: _written(told), TRUSTED: _written(manifest())}


def write_client_files() -> list[Path]:
    """Writes them; answers where they are."""
    files = client_files()
    for path, text in files.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)


def _written(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
