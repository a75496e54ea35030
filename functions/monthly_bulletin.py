"""The handler of ``monthly_bulletin``."""

from __future__ import annotations

from functions import runtime

handler = runtime.handler("monthly_bulletin")
