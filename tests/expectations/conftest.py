"""The real auditor process, once for the session: it imports Great Expectations, which takes seconds."""

from collections.abc import Iterator

import pytest

from expectations.auditor import Auditor


@pytest.fixture(scope="session")
def auditor() -> Iterator[Auditor]:
    with Auditor() as made:
        yield made
