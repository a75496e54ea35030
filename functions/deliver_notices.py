"""The handler of ``deliver_notices``."""

from __future__ import annotations

from functions import runtime

handler = runtime.handler("deliver_notices")
