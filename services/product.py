"""Which product this is: what is kept for good says by which version it was made."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def product_version() -> str:
    """Of the product, as it is installed."""
    try:
        return version("lizheng")
    except PackageNotFoundError:
        return "unpacked"
