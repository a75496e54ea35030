"""The handler of ``monthly_archive``."""

from __future__ import annotations

from functions import runtime

handler = runtime.handler("monthly_archive")
