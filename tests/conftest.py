"""Quick tests first: a fault that a second can show is not waited for."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order quick before slow, each part as collected."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)
