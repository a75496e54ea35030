"""The handler of ``satisfaction_callback``."""

from __future__ import annotations

from functions import runtime

handler = runtime.handler("satisfaction_callback")
