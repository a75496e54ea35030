"""The map of letters, as clients see it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import strawberry
from strawberry.scalars import JSON

from domain.ids import Kind, key_of
from domain.map_filters import MapAsked
from domain.mapping import GridCell
from domain.words import Channel, LetterKind, MailboxLevel, Network
from schema.context import Info
from schema.directory import Unit
from services.figures.months import read_month
from services.matters import maps
from services.matters.geojson import feature_collection

ID = strawberry.ID
given = strawberry.field


@strawberry.input(
    description="Whose letters are on the map; all of it together. Months are whole, at most 24."
    " In public, months alone: the rest requires a role that works on cases."
)
class LetterMapFilter:
    from_: str = given(name="from", description="The first month, YYYY-MM, in Asia/Shanghai.")
    to: str = given(description="The last month, YYYY-MM.")
    category_id: ID | None = given(default=None, description="Of this category or one below.")
    network: Network | None = given(default=None, description="Of this network.")
    level: MailboxLevel | None = given(
        default=None, description="Written to a mailbox of this level."
    )
    mailbox_id: ID | None = given(default=None, description="Written to this mailbox.")
    kind: LetterKind | None = given(default=None, description="Of this kind.")
    channel: Channel | None = given(default=None, description="Came this way.")
    unit_id: ID | None = given(default=None, description="With this unit or one below.")

    def asked(self, now: datetime) -> MapAsked:
        """As the map is asked for; ``InvalidInput`` for a month or an id that is none."""
        category, mailbox, unit = self.category_id, self.mailbox_id, self.unit_id
        return MapAsked(
            first=read_month(self.from_, now, "filter.from"),
            last=read_month(self.to, now, "filter.to"),
            category=category and key_of(category, Kind.CATEGORY, "filter.categoryId"),
            network=self.network,
            level=self.level,
            mailbox=mailbox and key_of(mailbox, Kind.MAILBOX, "filter.mailboxId"),
            kind=self.kind,
            channel=self.channel,
            unit=unit and key_of(unit, Kind.UNIT, "filter.unitId"),
        )


@strawberry.type(description="A grid cell's sides, in degrees (WGS 84).")
class Bounds:
    west: float = given(description="The longitude of its western side.")
    south: float = given(description="The latitude of its southern side.")
    east: float = given(description="The longitude of its eastern side.")
    north: float = given(description="The latitude of its northern side.")

    @classmethod
    def of(cls, cell: GridCell) -> Bounds:
        """The cell's."""
        west, south, east, north = cell.bounds
        return cls(west=west, south=south, east=east, north=north)


@strawberry.type(description="A place with its letters.")
class MapFeature:
    letters: int = given(description="How many letters are there.")
    unit: Unit | None = given(description="The district, township or city; null for a grid cell.")
    is_rest: bool = given(
        description="What the unit has beside those below it that are shown by themselves."
    )
    bounds: Bounds | None = given(
        description="The grid cell: 0.01° wide and high, or larger where there are few letters;"
        " a cell around smaller ones has what they have not. Null for a unit."
    )

    @classmethod
    def of(cls, feature: maps.MapFeature) -> MapFeature:
        """As it is told."""
        cell = feature.cell
        return cls(
            letters=feature.letters,
            unit=Unit.of(feature.unit) if feature.unit else None,
            is_rest=feature.is_rest,
            bounds=Bounds.of(cell) if cell else None,
        )


@strawberry.type(
    description="Letters by place. The public map is of what is not confidential, of all of a"
    " month, and shows no place with fewer than ten; whoever works on cases sees those that they"
    " may see, all."
)
class LetterMap:
    found: strawberry.Private[maps.LetterMap]

    @strawberry.field(description="No place with fewer letters is shown.")
    def minimum_letters(self) -> int:
        return self.found.least

    @strawberry.field(
        description="Letters of places with too few; null where this would tell of a few."
    )
    def withheld(self) -> int | None:
        return self.found.withheld

    @strawberry.field(
        description="Letters that no coordinates are known of, where the map is by grid cell;"
        " null where this would tell of a few."
    )
    def unplaced(self) -> int | None:
        return self.found.unplaced

    @strawberry.field(description="The places, in the order of the directory or of the grid.")
    def features(self) -> list[MapFeature]:
        return [MapFeature.of(one) for one in self.found.features]

    @strawberry.field(
        description="The same as a GeoJSON FeatureCollection (RFC 7946); units have no geometry."
    )
    def geojson(self, info: Info) -> JSON:
        return cast(JSON, feature_collection(self.found, info.context.language))
