"""Each measure of a register on given rows; the values are worked out by hand."""

from decimal import Decimal

import pytest

from tests.support.measure_tables import MeasureTables

HERE = ("county", "here", "")


def d(text: str) -> Decimal:
    return Decimal(text)


PERMITS = "permit-events-monthly"
BUREAU = {"bureau": "00"}


def _permit(event: str, source: str, day: str, **more: float | str) -> dict[str, float | str]:
    return {"event": event, "source-unit": source, "event-date": day, **more}


def permits() -> MeasureTables:
    """January: three permits, a registration, an exemption. February: one changed, one revoked. March: nothing."""
    tables = MeasureTables(PERMITS, "2017-03", BUREAU, earlier=("2017-01", "2017-02"))
    limits: dict[str, float | str] = {"so2-limit": 10.0, "nox-limit": 20.0}
    january = {
        "P1": _permit("issued", "mill-a", "2017-01-05", **limits, **{"valid-until": "2020-01-05"}),
        "P2": _permit("issued", "mill-a", "2017-01-06", **limits, **{"valid-until": "2017-03-30"}),
        "P3": _permit("issued", "mill-b", "2017-01-07", **limits),
        "R1": _permit("registered", "shop", "2017-01-08"),
        "X1": _permit("exempted", "stall", "2017-01-09"),
    }
    february = {
        "P1": _permit("changed", "mill-a", "2017-02-05", **{"so2-limit": 8.0}),
        "P3": _permit("revoked", "mill-b", "2017-02-07"),
    }
    tables.came("bureau", {"events": 5.0}, january, period="2017-01")
    tables.came("bureau", {"events": 2.0}, february, period="2017-02")
    return tables


def test_permitted_amounts_are_of_permits_in_force() -> None:
    tables = permits()
    assert tables.run("permitted-amount")["county", "here", "so2"] == ("t", None, 2, 1)

    tables.came("bureau", {"events": 0.0})

    # P2 ran out a day before the month's end, P3 is revoked; the change of P1 named no amount of NOx
    assert tables.run("permitted-amount") == {
        ("enterprise", "mill-a", "so2"): ("t", d("8"), 3, 0),
        ("enterprise", "mill-a", "nox"): ("t", d("20"), 3, 0),
        ("county", "here", "so2"): ("t", d("8"), 3, 0),
        ("county", "here", "nox"): ("t", d("20"), 3, 0),
    }


def test_cover_of_the_register_counts_what_ran_out_as_the_gap() -> None:
    tables = permits()
    assert tables.run("permit-register-cover") == {HERE: ("pct", None, 2, 1)}

    tables.came("bureau", {"events": 0.0})

    # P1, R1, X1 of P1, P2, R1, X1
    assert tables.run("permit-register-cover") == {HERE: ("pct", d("75"), 3, 0)}


def test_permit_gap_is_what_the_identity_leaves() -> None:
    counts = {
        "permits-issued": 1643.0,
        "registrations": 14259.0,
        "rectification-notices": 0.0,
        "exempt-or-closed": 4508.0,
    }
    tables = MeasureTables("xuchang-permits-annual", "2017", BUREAU)
    tables.came("bureau", {**counts, "managed-sources": 20410.0})
    assert tables.run("permit-gap") == {HERE: ("source", d("0"), 1, 0)}  # Shenyang 2020

    lacking = MeasureTables("xuchang-permits-annual", "2017", BUREAU)
    lacking.came("bureau", counts)
    assert lacking.run("permit-gap") == {HERE: ("source", None, 0, 1)}


def test_capacity_closed_and_accepted_are_counted_once_and_in_the_year_they_came_to_it() -> None:
    tables = MeasureTables("capacity-events-monthly", "2017-02", BUREAU, earlier=("2016-12", "2017-01"))
    tables.came("bureau", {"events": 1.0}, {"old": {"state": "sealed", "capacity": 30.0}}, period="2016-12")
    january = {
        "a": {"state": "sealed", "capacity": 21.0},
        "b": {"state": "accepted", "capacity": 15.0},
        "c": {"state": "power-cut", "capacity": 45.0},
    }
    tables.came("bureau", {"events": 3.0}, january, period="2017-01")
    february = {"old": {"state": "accepted", "capacity": 30.0}, "a": {"state": "self-checked", "capacity": 20.5}}
    tables.came("bureau", {"events": 2.0}, february)

    # closed in 2017: a and b; old was closed in 2016. Accepted in 2017: b and old.
    assert tables.run("mines-closed") == {HERE: ("mine", d("2"), 3, 0)}
    assert tables.run("capacity-closed") == {HERE: ("wan_t", d("35.5"), 3, 0)}
    assert tables.run("mines-accepted") == {HERE: ("mine", d("2"), 3, 0)}
    assert tables.run("capacity-accepted") == {HERE: ("wan_t", d("45"), 3, 0)}


@pytest.mark.parametrize("measure", ["mines-closed", "capacity-closed", "mines-accepted", "capacity-accepted"])
def test_a_month_without_events_is_zero_and_one_without_a_report_is_not(measure: str) -> None:
    tables = MeasureTables("capacity-events-monthly", "2017-02", BUREAU, earlier=("2017-01",))
    tables.came("bureau", {"events": 0.0})
    assert tables.run(measure)[HERE][1:] == (None, 1, 1)

    tables.came("bureau", {"events": 0.0}, period="2017-01")
    assert tables.run(measure)[HERE][1:] == (d("0"), 2, 0)


def _trade(state: str, trade: str, day: str) -> dict[str, float | str]:
    return {"state": state, "trade": trade, "event-date": day}


def test_small_trades_moved_over_those_still_on_the_list() -> None:
    tables = MeasureTables("small-trades-events-monthly", "2017-02", BUREAU, earlier=("2017-01",))
    january = {name: _trade("listed", "foundry", "2017-01-01") for name in "abc"}
    tables.came(
        "bureau", {"events": 4.0}, january | {"d": _trade("listed", "ceramics", "2017-01-02")}, period="2017-01"
    )
    february = {"a": _trade("relocated", "foundry", "2017-02-01"), "b": _trade("closed", "foundry", "2017-02-02")}
    tables.came("bureau", {"events": 2.0}, february)

    # foundry: a of a, c; all: a of a, c, d
    assert tables.run("small-trades-moved") == {
        ("county", "here", "foundry"): ("pct", d("50"), 2, 0),
        ("county", "here", "ceramics"): ("pct", d("0"), 2, 0),
        HERE: ("pct", d("33.3333"), 2, 0),
    }


def _recognised(state: str, day: str, kind: str = "high-tech", level: str = "national") -> dict[str, float | str]:
    return {"kind": kind, "state": state, "event-date": day, "level": level}


def test_recognitions_in_force() -> None:
    tables = MeasureTables("recognitions-monthly", "2017-02", BUREAU, earlier=("2017-01",))
    january = {"a": _recognised("granted", "2017-01-01"), "b": _recognised("granted", "2017-01-01")}
    tables.came("bureau", {"events": 2.0}, january, period="2017-01")
    assert tables.run("recognitions-held") == {("county", "here", "high-tech"): ("enterprise", None, 1, 1)}

    february = {
        "a": _recognised("applied", "2017-02-01"),  # to renew: it still holds
        "b": _recognised("expired", "2017-02-01"),
        "c": _recognised("granted", "2017-02-01", "brand"),
    }
    tables.came("bureau", {"events": 3.0}, february)
    assert tables.run("recognitions-held") == {
        ("county", "here", "high-tech"): ("enterprise", d("1"), 2, 0),
        ("county", "here", "brand"): ("enterprise", d("1"), 2, 0),
    }


def test_net_entries_by_area_and_in_all() -> None:
    tables = MeasureTables("enterprise-events-monthly", "2017-02", BUREAU, earlier=("2017-01",))
    january = {"a": {"event": "entered", "area": "yuzhou"}, "b": {"event": "entered", "area": "weidu"}}
    tables.came("bureau", {"events": 2.0}, january, period="2017-01")
    assert tables.run("enterprise-net-entries")[HERE] == ("enterprise", None, 1, 1)

    february = {
        "c": {"event": "left", "area": "weidu"},
        "d": {"event": "closed", "area": "weidu"},
        "a": {"event": "stopped", "area": "yuzhou"},
    }
    tables.came("bureau", {"events": 3.0}, february)
    assert tables.run("enterprise-net-entries") == {
        ("county", "yuzhou", ""): ("enterprise", d("1"), 2, 0),
        ("county", "weidu", ""): ("enterprise", d("-1"), 2, 0),
        HERE: ("enterprise", d("0"), 2, 0),
    }


def test_project_progress_sums_before_it_divides() -> None:
    tables = MeasureTables("projects-monthly", "2017-01..06", BUREAU)
    assert tables.run("project-progress") == {HERE: ("pct", None, 0, 1)}

    rows: dict[str, dict[str, float | str]] = {
        "a": {"county": "yuzhou", "year-plan": 10.0, "invested-ytd": 8.0},
        "b": {"county": "weidu", "year-plan": 2.0, "invested-ytd": 0.5},
        "c": {"county": "weidu", "year-plan": 0.0, "invested-ytd": 0.5},
    }
    tables.came("bureau", {"projects": 3.0}, rows)
    assert tables.run("project-progress") == {
        ("county", "yuzhou", ""): ("pct", d("80"), 1, 0),
        ("county", "weidu", ""): ("pct", d("50"), 1, 0),
        HERE: ("pct", d("75"), 1, 0),
    }


def test_renewable_capacity_by_kind() -> None:
    tables = MeasureTables("renewable-plants-monthly", "2017-03", BUREAU)
    assert tables.run("renewable-capacity")["county", "here", "wind"] == ("mw", None, 0, 1)

    rows: dict[str, dict[str, float | str]] = {
        "a": {"kind": "solar", "capacity": 20.0},
        "b": {"kind": "solar", "capacity": 0.5},
    }
    tables.came("bureau", {"plants": 2.0}, rows)
    assert tables.run("renewable-capacity") == {
        ("county", "here", "solar"): ("mw", d("20.5"), 1, 0),
        ("county", "here", "wind"): ("mw", d("0"), 1, 0),
    }
