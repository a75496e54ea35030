"""The map as GeoJSON (RFC 7946)."""

from __future__ import annotations

from domain.mapping import GridCell
from services.matters.maps import LetterMap, MapFeature


def feature_collection(found: LetterMap, language: str) -> dict[str, object]:
    """The map as a GeoJSON object; units have no geometry here, cells are polygons."""
    return {
        "type": "FeatureCollection",
        "features": [_feature(one, language) for one in found.features],
        "minimumLetters": found.least,
        "withheld": found.withheld,
        "unplaced": found.unplaced,
    }


def _feature(one: MapFeature, language: str) -> dict[str, object]:
    properties: dict[str, object] = {"letters": one.letters}
    if one.unit is not None:
        properties |= {
            "unit": one.unit.code,
            "name": one.unit.named(language),
            "level": one.unit.level.value,
            "isRest": one.is_rest,
        }
    return {
        "type": "Feature",
        "geometry": _polygon(one.cell) if one.cell else None,
        "properties": properties,
    }


def _polygon(cell: GridCell) -> dict[str, object]:
    """One closed ring, counter-clockwise (RFC 7946, 3.1.6)."""
    west, south, east, north = cell.bounds
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
