"""What generated operations write where the schema has a scalar of its own."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis_graphql import nodes

SCALARS = {
    "Date": st.dates().map(lambda day: nodes.String(day.isoformat())),
    "DateTime": st.datetimes().map(lambda at: nodes.String(at.isoformat())),
}
