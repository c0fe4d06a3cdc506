"""Published figures become returns: cumulative, in order of publication, with ids that do not move."""

import datetime as dt
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plan.figures import Figure, Figures
from plan.messages import Bound, DateKind, ObservationStatus, Return
from plan.model import Plan
from plan.periods import LOCAL_ZONE
from producers.published import PublishedRefused, fed, reference_only, returns_of

Make = Callable[..., Figure]
MakePlan = Callable[..., Plan]
MakeFigures = Callable[..., Figures]


def _days(returns: tuple[Return, ...]) -> list[str]:
    return [sent.published_at.date().isoformat() for sent in returns if sent.published_at]


def _values(sent: Return) -> dict[str, float]:
    return {cell.item: cell.value for cell in sent.cells}


def test_a_later_return_carries_what_was_published_before(
    make_plan: MakePlan, make_figure: Make, make_figures: MakeFigures
) -> None:
    figures = make_figures(
        make_figure("10", "2019-03-01", item="coal"),
        make_figure("5", "2019-06-01", item="gas"),
        make_figure("11.5", "2019-09-01", item="coal"),
    )
    returns = returns_of(figures, make_plan(), "published")
    assert _days(returns) == ["2019-03-01", "2019-06-01", "2019-09-01"]
    assert [_values(sent) for sent in returns] == [
        {"coal": 10.0},
        {"coal": 10.0, "gas": 5.0},
        {"coal": 11.5, "gas": 5.0},
    ]


def test_figures_of_one_day_form_one_return(make_plan: MakePlan, make_figure: Make, make_figures: MakeFigures) -> None:
    figures = make_figures(make_figure("5", item="gas"), make_figure("10", item="coal"))
    (sent,) = returns_of(figures, make_plan(), "published")
    assert _values(sent) == {"coal": 10.0, "gas": 5.0}


def test_forms_units_and_periods_are_returns_of_their_own(
    make_plan: MakePlan, make_figure: Make, make_figures: MakeFigures
) -> None:
    figures = make_figures(
        make_figure("4", "2019-03-02", unit="office"),
        make_figure("3", "2019-03-01", form="output"),
        make_figure("2", "2019-03-01", period="2019"),
        make_figure("1", "2019-03-01"),
    )
    returns = returns_of(figures, make_plan(), "published")
    assert [(sent.form, sent.form_version, sent.unit, sent.period) for sent in returns] == [
        ("energy", 3, "bureau", "2018"),
        ("energy", 3, "bureau", "2019"),
        ("output", 1, "bureau", "2018"),
        ("energy", 3, "office", "2018"),
    ]
    assert [_values(sent)["coal"] for sent in returns] == [1.0, 2.0, 3.0, 4.0]


def test_the_envelope_and_the_cell_say_what_the_figure_says(
    make_plan: MakePlan, make_figure: Make, make_figures: MakeFigures
) -> None:
    figures = make_figures(
        make_figure(
            "9500",
            status=ObservationStatus.PROVISIONAL,
            bound=Bound.AT_LEAST,
            basis="year to date",
            sources=("c", "a"),
        ),
        make_figure("5", item="gas", sources=("b", "c")),
    )
    (sent,) = returns_of(figures, make_plan(), "published")
    coal, gas = sent.cells
    assert (coal.value, coal.unit, coal.area) == (9500.0, "t", "")
    assert (coal.status, coal.bound, coal.basis) == (
        ObservationStatus.PROVISIONAL,
        Bound.AT_LEAST,
        "year to date",
    )
    assert [source.title for source in sent.sources] == ["公报 c", "公报 a", "公报 b"]
    assert (coal.sources, gas.sources) == ((0, 1), (2, 0))
    assert sent.published_at == dt.datetime(2019, 3, 1, tzinfo=LOCAL_ZONE)
    assert sent.published_at.isoformat() == "2019-03-01T00:00:00+08:00"


def test_the_date_is_assumed_when_any_new_figure_s_is(
    make_plan: MakePlan, make_figure: Make, make_figures: MakeFigures
) -> None:
    figures = make_figures(
        make_figure("10", "2019-03-01", published_kind=DateKind.ASSUMED),
        make_figure("5", "2019-03-01", item="gas"),
        make_figure("6", "2019-06-01", item="gas"),
    )
    first, second = returns_of(figures, make_plan(), "published")
    assert first.published_kind is DateKind.ASSUMED
    assert second.published_kind is DateKind.EXACT  # coal's assumed date is the first return's matter


def test_the_same_figures_in_another_order_give_the_same_ids(
    make_plan: MakePlan, make_figure: Make, make_figures: MakeFigures
) -> None:
    some = [make_figure("10"), make_figure("5", item="gas"), make_figure("7", "2019-06-01", item="oil")]
    there = returns_of(make_figures(*some), make_plan(), "published")
    back = returns_of(make_figures(*reversed(some)), make_plan(), "published")
    assert there == back
    assert len({sent.return_id for sent in there}) == 2


def test_whatever_changes_in_a_return_changes_its_id(
    make_plan: MakePlan, make_figure: Make, make_figures: MakeFigures
) -> None:
    def only_id(figures: Figures) -> str:
        (sent,) = returns_of(figures, make_plan(), "published")
        return sent.return_id

    figures = make_figures(make_figure())
    mended = msgspec.structs.replace(figures.sources["a"], title="公报 a, 更正")
    ids = [
        only_id(figures),
        only_id(make_figures(make_figure("10.1"))),
        only_id(make_figures(make_figure(day="2019-03-02"))),
        only_id(make_figures(make_figure(basis="other"))),
        only_id(make_figures(make_figure(published_kind=DateKind.ASSUMED))),
        only_id(msgspec.structs.replace(figures, sources={**figures.sources, "a": mended})),
    ]
    assert len(set(ids)) == len(ids)


def test_figures_for_reference_only_are_counted_and_not_sent(
    make_plan: MakePlan, make_figure: Make, make_figures: MakeFigures
) -> None:
    def aside(why: str) -> Figure:
        return make_figure(day=None, form="", item="", reference_only_because=why)

    figures = make_figures(aside("other area"), make_figure(), aside("a target"), aside("other area"))
    (sent,) = returns_of(figures, make_plan(), "published")
    assert _values(sent) == {"coal": 10.0}
    assert len(fed(figures)) == 1
    assert reference_only(figures) == {"other area": 2, "a target": 1}


@pytest.mark.parametrize(
    ("sender", "says"),
    [("nobody", "no sender 'nobody'"), ("gateway", "'gateway' may not date its returns")],
)
def test_a_sender_that_may_not_date_its_returns_is_refused(
    make_plan: MakePlan, make_figure: Make, make_figures: MakeFigures, sender: str, says: str
) -> None:
    with pytest.raises(PublishedRefused, match=says):
        returns_of(make_figures(make_figure()), make_plan(), sender)


def test_every_fault_of_the_figures_is_listed(
    make_plan: MakePlan, make_figure: Make, make_figures: MakeFigures
) -> None:
    figures = make_figures(
        make_figure("10"), make_figure("12"), make_figure(form="energi"), make_figure(day=None, item="gas")
    )
    with pytest.raises(PublishedRefused) as refused:
        returns_of(figures, make_plan(), "published")
    assert [fault.place for fault in refused.value.faults] == [
        "small: energy bureau 2018 coal",
        "small: energi bureau 2018 coal",
        "small: energy bureau 2018 gas",
    ]
    assert [fault.says.split(";")[0] for fault in refused.value.faults] == [
        "two values published on 2019-03-01",
        "no form 'energi'",
        "a figure that is fed needs its date and whether that is exact or assumed",
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["coal", "gas", "oil"]), st.integers(1, 28)), st.integers(0, 999), min_size=1
    ),
    st.randoms(use_true_random=False),
)
def test_each_return_says_what_was_known_that_day(
    make_plan: MakePlan, make_figure: Make, make_figures: MakeFigures, known: dict, shuffled: object
) -> None:
    """As of any day the newest return holds, for each item, the newest value published by then, and no more."""
    some = [make_figure(str(value), f"2019-03-{day:02d}", item=item) for (item, day), value in known.items()]
    shuffled.shuffle(some)
    for sent in returns_of(make_figures(*some), make_plan(), "published"):
        last = sent.published_at.day
        newest: dict[str, float] = {}
        for (item, day), value in sorted(known.items(), key=lambda pair: pair[0][1]):
            if day <= last:
                newest[item] = float(value)
        assert _values(sent) == newest
