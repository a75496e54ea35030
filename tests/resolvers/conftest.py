"""The town of the API's tests."""

from tests.api.conftest import present, pytest_collection_modifyitems, town

__all__ = ["present", "pytest_collection_modifyitems", "town"]
