"""What the tests of insight share: a place for its files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from banyan.views.insight import PLACE


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The folder in which insight keeps its files during a test."""
    folder = tmp_path / "insight"
    PLACE.open(folder)
    yield folder
    PLACE.close()
