"""What every address of the application is answered with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from api.bounds import Bounds
from api.visitors import Reception
from services.office import Office
from settings import Settings


@dataclass(frozen=True, slots=True)
class Edge:
    """What every address is answered with. ``office`` is open while the application serves."""

    settings: Settings
    office: Callable[[], Office]
    reception: Reception
    bounds: Bounds
    clock: Callable[[], datetime]
