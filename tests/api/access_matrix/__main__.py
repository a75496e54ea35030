"""Writes ``docs/access.md`` anew."""

from tests.api.access_matrix.document import PATH, document

PATH.write_text(document(), encoding="utf-8")
