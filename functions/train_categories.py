"""The handler of ``train_categories``."""

from __future__ import annotations

from functions import runtime

handler = runtime.handler("train_categories")
