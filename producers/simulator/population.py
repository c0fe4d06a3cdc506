"""Who reports: enterprises, key energy users, emission sources. Sizes and industries are drawn, totals are not."""

import datetime as dt

import msgspec
import numpy as np

from plan.model import Names, ReportingUnit
from producers.simulator.chance import stream
from producers.simulator.setup import Setup

ENTERPRISES, ENERGY_USERS, SOURCES = 1_800, 300, 150

_AREAS = (
    ("yuzhou", "禹州", 0.21), ("changge", "长葛", 0.24), ("yanling", "鄢陵", 0.09), ("xiangcheng", "襄城", 0.12),
    ("weidu", "魏都", 0.08), ("jianan", "建安", 0.12), ("demonstration-zone", "示范区", 0.05),
    ("development-zone", "经开区", 0.06), ("dongcheng", "东城", 0.03),
)  # fmt: skip
"""Area, how people call it, its share of the enterprises: ours, roughly after the size of their industry."""

_INDUSTRIES = (
    ("13", "农副食品加工", 0.10, 0.05), ("14", "食品制造", 0.06, 0.04), ("17", "纺织", 0.06, 0.08),
    ("19", "制鞋皮革", 0.04, 0.02), ("26", "化工", 0.07, 0.22), ("30", "陶瓷建材", 0.14, 0.30),
    ("32", "再生金属", 0.09, 0.25), ("33", "金属制品", 0.12, 0.10), ("34", "通用设备", 0.08, 0.04),
    ("35", "专用设备", 0.06, 0.04), ("36", "汽车零部件", 0.05, 0.05), ("38", "电力装备", 0.07, 0.03),
    ("41", "发制品", 0.06, 0.02),
)  # fmt: skip
"""Two digits of GB/T 4754, name, share of the enterprises, energy by its size (relative): ours."""

SEI_FIELDS = (
    "new-energy-vehicles",
    "new-materials",
    "biomedicine",
    "electronics",
    "intelligent-equipment",
    "energy-saving",
)
_SEI_SIZE = 0.78
"""Part of the city in enterprises of strategic industries: ours. Not all that these sell is of such an industry."""
_LARGEST_SHARE, _LARGEST_OF_FEW, _ROUNDS = 0.02, 0.06, 50
_FIRST_DAY = dt.date(2015, 1, 1)


class Population(msgspec.Struct, frozen=True):
    """The enterprises as columns; energy users and sources are some of them, by their place."""

    ids: tuple[str, ...]
    areas: tuple[str, ...]
    industries: tuple[int, ...]
    sizes: np.ndarray
    is_sei: np.ndarray
    fields: tuple[str, ...]
    energy_users: tuple[int, ...]
    sources: tuple[int, ...]

    @property
    def energy_need(self) -> np.ndarray:
        """Energy by size, relative, for each enterprise."""
        return np.array([_INDUSTRIES[at][3] for at in self.industries])


def draw(setup: Setup) -> Population:
    """Draw the population of a setup: log-normal sizes; energy users and sources are those that need most energy."""
    count = max(2 * len(_AREAS), round(ENTERPRISES * setup.scale))
    chance = stream(setup.seed, "population")
    # Each area has two at least, so that every slice of a small simulation still has somebody in it.
    drawn = chance.choice(len(_AREAS), count - 2 * len(_AREAS), p=np.array([share for *_, share in _AREAS]))
    areas = [*range(len(_AREAS)), *range(len(_AREAS)), *map(int, drawn)]
    weights = np.array([share for _, _, share, _ in _INDUSTRIES])
    industries = chance.choice(len(_INDUSTRIES), count, p=weights / weights.sum())
    sizes = without_giants(chance.lognormal(0.0, 1.1, count))
    fields = chance.choice(len(SEI_FIELDS), count)
    need = sizes * np.array([_INDUSTRIES[at][3] for at in industries])
    by_need = tuple(int(at) for at in np.argsort(-need, kind="stable"))
    users = max(6, round(ENERGY_USERS * setup.scale))
    return Population(
        ids=tuple(f"sim-e{number:04d}" for number in range(1, count + 1)),
        areas=tuple(_AREAS[at][0] for at in areas),
        industries=tuple(int(at) for at in industries),
        sizes=sizes,
        is_sei=_strategic(sizes, chance.permutation(count)),
        fields=tuple(SEI_FIELDS[at] for at in fields),
        energy_users=tuple(sorted(by_need[:users])),
        sources=tuple(sorted(by_need[: max(4, round(SOURCES * setup.scale))])),
    )


def _strategic(sizes: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Enterprises of strategic industries: taken in an order until they have their part of the city."""
    before = np.cumsum(sizes[order]) - sizes[order]
    is_sei = np.zeros(len(sizes), dtype=bool)
    is_sei[order[before < _SEI_SIZE * sizes.sum()]] = True
    return is_sei


def without_giants(weights: np.ndarray) -> np.ndarray:
    """Weights of which none is too large a part of the whole, or it would outgrow what the form takes for plausible.

    The fewer there are, the larger the part of each must be.
    """
    largest = min(_LARGEST_OF_FEW, max(_LARGEST_SHARE, 2 / len(weights)))
    for _ in range(_ROUNDS):
        weights = np.minimum(weights, largest * weights.sum())
    return weights


def industry_code(people: Population, at: int) -> str:
    """Two digits of GB/T 4754 of one enterprise."""
    return _INDUSTRIES[people.industries[at]][0]


def register(people: Population) -> tuple[ReportingUnit, ...]:
    """The register of a population: every name says that it is simulated."""
    short = {area: name for area, name, _ in _AREAS}
    users, sources = frozenset(people.energy_users), frozenset(people.sources)
    return tuple(
        ReportingUnit(
            id=unit,
            names=Names(
                zh=f"模拟企业{unit[-4:]}（{short[people.areas[at]]}·{_INDUSTRIES[people.industries[at]][1]}）",
                en=f"Simulated enterprise {unit[-4:]}",
            ),
            area=people.areas[at],
            groups=(
                "above-scale",
                *(("key-energy",) if at in users else ()),
                *(("emission-source",) if at in sources else ()),
            ),
            industry=industry_code(people, at),
            since=_FIRST_DAY,
        )
        for at, unit in enumerate(people.ids)
    )
