"""What attachments are told from outside: where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class AttachmentSettings:
    """``bucket`` is for attachments alone; None: they lie below ``DATA_DIR``."""

    bucket: str | None = None
    is_nowhere: bool = False
    """Neither: a Lambda function has no directory that lasts."""
    bytes_a_day: int = 20 * 1024**3
    """Of the files that all together announce in a day of the city's."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Reads ``ATTACHMENTS_BUCKET`` and ``UPLOAD_MB_A_DAY``; raises ``ValueError``."""
        bucket = environ.get("ATTACHMENTS_BUCKET") or None
        is_nowhere = bucket is None and "AWS_LAMBDA_FUNCTION_NAME" in environ
        megabytes = environ.get("UPLOAD_MB_A_DAY") or str(cls.bytes_a_day // 1024**2)
        if not (megabytes.isascii() and megabytes.isdigit() and len(megabytes) <= 9):
            raise ValueError(f"UPLOAD_MB_A_DAY must be a number, not {megabytes!r}")
        return cls(bucket, is_nowhere, int(megabytes) * 1024**2)
