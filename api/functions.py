"""By which ways an application reaches the functions, as the settings have it."""

from __future__ import annotations

from collections.abc import Callable

from services.functions.ops import Ops
from settings import Settings


def ops_of(settings: Settings, is_closing: Callable[[], bool]) -> Ops:
    """The clockwork of this machine, or Lambda and EventBridge Scheduler."""
    if settings.functions.on == "local":
        return Ops(is_closing=is_closing)
    from infra.invoking import Lambdas
    from infra.schedules import EventBridge

    prefix = settings.functions.prefix
    return Ops(Lambdas(prefix), EventBridge(prefix), is_closing, has_background=False)
