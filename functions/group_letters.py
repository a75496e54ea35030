"""The handler of ``group_letters``."""

from __future__ import annotations

from functions import runtime

handler = runtime.handler("group_letters")
