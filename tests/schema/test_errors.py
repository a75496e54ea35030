"""A field's name as the domain knows it, and as the client does."""

from __future__ import annotations

import pytest

from schema.errors import client_path

pytestmark = pytest.mark.ring("test")

#    domain                client
PATHS = (
    (None,                 None),
    ("title",              "title"),
    ("writer.phone",       "writer.phone"),
    ("working_days",       "workingDays"),
    ("unit",               "unitId"),
    ("category",           "categoryId"),
    ("main_case",          "mainCaseId"),
    ("idempotencyKey",     "idempotencyKey"),
    ("filter.unitId",      "filter.unitId"),
    ("after",              "after"),
)  # fmt: skip


@pytest.mark.parametrize(("domain", "client"), PATHS)
def test_a_field_is_named_as_the_client_knows_it(domain: str | None, client: str | None) -> None:
    assert client_path(domain) == client
