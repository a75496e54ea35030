"""The handler of ``overdue_sweep``."""

from __future__ import annotations

from functions import runtime

handler = runtime.handler("overdue_sweep")
