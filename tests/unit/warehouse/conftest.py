"""Fixtures of the warehouse's unit tests."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.lakes import LakeYard


@pytest.fixture(scope="session")
def yard(tmp_path_factory: pytest.TempPathFactory) -> "LakeYard":
    """Factory of empty lakes, one at a time."""
    # Not at the top: the filter for a warning of kafka-python is not yet set when this file is read.
    from tests.support.lakes import LakeYard

    return LakeYard(tmp_path_factory.mktemp("yard"))
