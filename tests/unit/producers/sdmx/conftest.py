"""The Henan plan with its mapping, and the same figures in every SDMX format."""

from collections.abc import Callable
from pathlib import Path

import pytest

from plan.book import PlanBook
from plan.loader import load_plan
from producers.sdmx.cells import SdmxRead
from producers.sdmx.mapping import load_mappings
from producers.sdmx.mapping_model import DataflowMapping

_REPOSITORY = Path(__file__).parents[4]
_HENAN = _REPOSITORY / "plan" / "henan-2016-2020"
_CASES = _REPOSITORY / "tests" / "cases" / "sdmx"


@pytest.fixture(scope="session")
def henan() -> Path:
    """The folder of the plan that has a mapping."""
    return _HENAN


@pytest.fixture(scope="session")
def book() -> PlanBook:
    return PlanBook([load_plan(_HENAN)])


@pytest.fixture(scope="session")
def flows(book: PlanBook) -> tuple[DataflowMapping, ...]:
    return load_mappings([(_HENAN, book.views["henan-2016-2020"])])


@pytest.fixture(scope="session")
def sdmx_case() -> Callable[[str], str]:
    """Factory: the text of one of the sample files."""

    def read(name: str) -> str:
        return (_CASES / name).read_text(encoding="utf-8")

    return read


@pytest.fixture(scope="session")
def read(book: PlanBook, flows: tuple[DataflowMapping, ...]) -> Callable[[str | bytes], SdmxRead]:
    """Factory: what the door makes of a file."""
    from producers.sdmx.reading import read_sdmx

    def make(content: str | bytes) -> SdmxRead:
        return read_sdmx(content.encode() if isinstance(content, str) else content, flows, book)

    return make
