"""How the map of letters is answered."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.mapping import MapPart
from schema.context import Info
from schema.maps import LetterMap, LetterMapFilter
from services.matters.maps import letter_map

Meant = Annotated[LetterMapFilter, strawberry.argument(description="Whose letters.")]
By = Annotated[MapPart, strawberry.argument(description="What is counted by.")]


@strawberry.type
class MapQueries:
    """Mixed into the root of every query."""

    @strawberry.field(description="Where letters are: by district, township or grid cell.")
    async def letter_map(self, info: Info, filter: Meant, by: By) -> LetterMap:
        context = info.context
        asked = filter.asked(context.now)
        found = await letter_map(context.office, asked, by, context.actor, context.now)
        return LetterMap(found=found)
