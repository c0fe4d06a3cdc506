"""Which enterprises upgrade, and when: machines, robots, information officers. What bureaus and counties count, too.

At full scale a county reports what its enterprises report; a smaller simulation has fewer enterprises, whose counts
stand for the whole county.
"""

import msgspec
import numpy as np

from producers.simulator.chance import stream
from producers.simulator.population import ENTERPRISES, Population
from producers.simulator.seasons import apportion
from producers.simulator.setup import YEARS, Setup

_UPGRADING = (0.33, 0.39)
"""Share of a county's enterprises that upgrade in a year, least and most: above the 30 % that the plan asks; ours."""
SMART_2016 = 2
"""Enterprises of each county with a smart upgrade in the base year: ours."""
_MORE_AT_MOST = 3
_ROBOTS_AT_MOST = 40


class Equipment(msgspec.Struct, frozen=True):
    """The city's counts at the end of each year: machine tools, those numerically controlled, information officers.

    ``robot_users``: enterprises that use robots in the county that has fewest.
    """

    tools: tuple[int, ...]
    controlled: tuple[int, ...]
    with_cio: tuple[int, ...]
    robot_users: tuple[int, ...]


class Upgrades:
    """For each enterprise and year (columns: :data:`YEARS`) whether it upgrades, and its robots at the year's end."""

    def __init__(self, setup: Setup, people: Population, counties: tuple[str, ...], equipment: Equipment) -> None:
        chance = stream(setup.seed, "upgrades")
        count, areas = len(people.ids), np.array(people.areas)
        self._scale = count / ENTERPRISES
        self._members = {
            area: chance.permutation(np.flatnonzero(areas == area)) for area in dict.fromkeys(people.areas)
        }
        self._more = {area: tuple(map(int, chance.integers(0, _MORE_AT_MOST + 1, 2))) for area in self._members}
        self._equipment = equipment
        self._cio_rank = chance.permutation(count)
        self.is_smart = np.zeros((count, len(YEARS)), dtype=bool)
        self.is_upgraded = np.zeros((count, len(YEARS)), dtype=bool)
        self.robots = np.zeros((count, len(YEARS)), dtype=int)
        robots_each = chance.integers(1, _ROBOTS_AT_MOST, count)
        smart = (SMART_2016, *setup.scenario.smart_renovations)
        for area, members in self._members.items():
            for year in range(len(YEARS)):
                if area in counties:
                    # An enterprise completes one smart upgrade in all these years; the next ones are the next year's.
                    self.is_smart[members[sum(smart[:year]) : sum(smart[: year + 1])], year] = True
                upgrading = int(np.ceil(len(members) * chance.uniform(*_UPGRADING)))
                self.is_upgraded[chance.permutation(members)[:upgrading], year] = True
                users = members[: self.robot_users(area, year)]
                self.robots[users, year] = robots_each[users] + 2 * year
        self.is_upgraded |= self.is_smart

    def robot_users(self, area: str, year: int) -> int:
        """Users of robots in an area at the end of a year (a place in :data:`YEARS`): in some a few more."""
        return self._equipment.robot_users[year] + self._more[area][0]

    def smart_models(self, area: str, least: int) -> int:
        """Smart model enterprises of a county: the least of all counties, and a few more in some."""
        return least + self._more[area][1]

    def above_scale(self, area: str) -> int:
        """Above-scale enterprises of an area, for the whole city's size."""
        return round(len(self._members[area]) / self._scale)

    def upgraded(self, area: str, year: int) -> int:
        """Those of them that upgrade in a year."""
        return round(int(self.is_upgraded[self._members[area], year].sum()) / self._scale)

    def equipped(self, sizes: np.ndarray, year: int, month: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Machine tools of each enterprise, those numerically controlled, and whether it has an information officer.

        Counts are on the even way from one year's end to the next, and add up to the city's.
        """
        tools, controlled, with_cio = (
            round(counts[max(year - 1, 0)] + (counts[year] - counts[max(year - 1, 0)]) * month / 12)
            for counts in (self._equipment.tools, self._equipment.controlled, self._equipment.with_cio)
        )
        owned = apportion(sizes, tools)
        return owned, apportion(owned, controlled), self._cio_rank < round(with_cio * self._scale)
