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

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Reads ``ATTACHMENTS_BUCKET``."""
        bucket = environ.get("ATTACHMENTS_BUCKET") or None
        return cls(bucket, bucket is None and "AWS_LAMBDA_FUNCTION_NAME" in environ)
