"""The pipeline fixture, as in the integration tests."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.pipeline import Pipeline, pipeline_factory


@pytest.fixture
def pipeline(tmp_path: Path, kafka_settings: Callable[..., object]) -> Callable[..., Pipeline]:
    """Factory: a pipeline of its own on the session's Kafka; keyword arguments are further environment variables."""
    return pipeline_factory(tmp_path, kafka_settings, os.environ)
