"""Fixtures of the dashboards room: its modules on the path, made lakes, and one live Superset for the session."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "dashboards"))  # the room is no package: Superset finds its modules by this path

from room_settings import RoomSettings, read_settings  # noqa: E402

from tests.dashboards.live_superset import LiveSuperset, launch_browser, start_superset  # noqa: E402
from tests.dashboards.report_views import MadeLake, make_lake  # noqa: E402


@pytest.fixture
def lake_factory(tmp_path: Path) -> Callable[[str], MadeLake]:
    """Make a lake with the published views and made-up rows, in a folder of the given name."""
    return lambda name: make_lake(tmp_path / name)


@pytest.fixture
def settings_factory(tmp_path: Path) -> Callable[[MadeLake], RoomSettings]:
    """Settings as the environment would give them for a lake."""

    def make(lake: MadeLake) -> RoomSettings:
        return read_settings(
            {
                "QINGYU_VAR": str(tmp_path / "var"),
                "QINGYU_WAREHOUSE": lake.address,
                "QINGYU_WAREHOUSE_DATA": str(lake.data),
            }
        )

    return make


# Ends with its module: while Playwright runs, no other test of the process can run an event loop of its own.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = launch_browser(playwright)
    yield launched
    launched.close()


@pytest.fixture(scope="module")
def superset(
    tmp_path_factory: pytest.TempPathFactory, playwright: Playwright, free_ports: Callable[[int], list[int]]
) -> Iterator[LiveSuperset]:
    """A real Superset on a free port, reading a made lake, everything in a temporary folder."""
    folder = tmp_path_factory.mktemp("superset")
    with start_superset(ROOT, folder, make_lake(folder / "lake"), playwright, free_ports(1)[0]) as started:
        yield started
