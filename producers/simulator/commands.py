"""`qingyu feed simulate`: a made-up Xuchang, its returns with planted faults, and the truth beside."""

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from producers.simulator.setup import Setup
    from producers.simulator.simulation import Simulation


_Scenario = Annotated[
    str,
    typer.Option(metavar="NAME", help="on-track, slow-drift, sudden-shock, back-loaded, reporting-collapse."),
]
_Seed = Annotated[int, typer.Option(min=0, metavar="N", help="The same seed makes the same returns, byte for byte.")]
_First = Annotated[str, typer.Option("--from", metavar="MONTH", help="First month, as 2016-01.")]
_Last = Annotated[str, typer.Option("--to", metavar="MONTH", help="Last month, as 2020-12.")]
_Scale = Annotated[
    float,
    typer.Option(min=0.001, max=1, metavar="X", help="1: all 1 800 enterprises, 300 energy users, 150 sources."),
]
_Out = Annotated[Path, typer.Option(metavar="DIR", help="Where the simulated plan and the truth are written.")]
_Forms = Annotated[list[str] | None, typer.Option("--form", metavar="FORM", help="Only this form; may be repeated.")]
_MeterDays = Annotated[
    int,
    typer.Option(
        min=1, max=1827, metavar="N",
        help="Meters and hourly emissions report (and are due) on the last N days only: all days at scale 1 would be "
        "52 million cells.",
    ),
]  # fmt: skip
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Make and check everything, send nothing.")]


def feed_simulate(  # noqa: PLR0917 (typer makes an option of each)
    scenario: _Scenario = "on-track",
    seed: _Seed = 1,
    first: _First = "2016-01",
    last: _Last = "2020-12",
    scale: _Scale = 0.05,
    out: _Out = Path("simulated"),
    forms: _Forms = None,
    meter_days: _MeterDays = 7,
    dry_run: _DryRun = False,
) -> None:
    """Simulate a made-up Xuchang into a log of its own: years of returns with faults planted, the truth beside."""
    from producers.told import days_shown, done, faults_told, refuse, show_sum

    with faults_told():
        import msgspec

        from producers.opening import now
        from producers.simulator.plan_folder import NotOurs
        from producers.simulator.simulation import simulate, wrongly_made

        setup = msgspec.structs.replace(
            _setup(scenario, first, last, forms), seed=seed, scale=scale, meter_days=meter_days
        )
        try:
            simulation = simulate(setup, out)
        except NotOurs as fault:
            raise refuse(f"不能写入 nothing was written: {fault}", [fault.mend]) from fault
        wrong = wrongly_made(simulation, now())
        if wrong:
            lines = [f"{each.form} {each.unit} {each.period}: {faults[0].says_en}" for each, faults in wrong[:20]]
            raise refuse(f"The simulator made {len(wrong)} returns that break the contract; nothing is sent.", lines)
        _write_truth(out, setup, simulation)
        sent = 0
        if not dry_run:
            days = (simulation.last_tick - simulation.first_day).days + 1
            with days_shown(days) as show_day:
                sent = _send(simulation, show_day)
        show_sum(
            f"模拟 simulation: {setup.scenario.names.zh} {setup.scenario.names.en}",
            [
                ("returns made", len(simulation.sendings)),
                ("returns sent", sent),
                *((f"planted, expected {what}", count) for what, count in _counts(simulation).items()),
                ("indicator values expected", len(simulation.values)),
                ("statuses expected", len(simulation.statuses)),
                ("days", f"{simulation.first_day} .. {simulation.last_tick}"),
                ("plan and truth in", out),
            ],
        )
        done("模拟数据,非真实统计 simulated, not real statistics")


def _setup(scenario: str, first: str, last: str, forms: list[str] | None) -> "Setup":
    """What is asked for, at full scale; every word that does not fit is refused."""
    from broker.places import PLANS
    from plan.loader import load_plan
    from plan.periods import PeriodFault, PeriodKind, parse_period
    from producers.simulator.plan_folder import PLAN_ID
    from producers.simulator.setup import YEARS, Setup, load_scenarios

    scenarios = load_scenarios()
    if scenario not in scenarios:
        raise typer.BadParameter(f"no scenario {scenario!r}; known: {', '.join(scenarios)}")
    try:
        months = parse_period(first), parse_period(last)
    except PeriodFault as fault:
        raise typer.BadParameter(str(fault)) from fault
    is_in_order = months[0].sort_key <= months[1].sort_key
    if not is_in_order or any(each.kind is not PeriodKind.MONTH or each.year not in YEARS for each in months):
        raise typer.BadParameter(f"--from and --to are months of {YEARS[0]} to {YEARS[-1]} in order, as 2016-01")
    known = [form.id for form in load_plan(PLANS / PLAN_ID).forms]
    unknown = [form for form in forms or () if form not in known]
    if unknown:
        raise typer.BadParameter(f"no form {', '.join(unknown)}; `qingyu form list` tells them")
    return Setup(
        scenario_id=scenario,
        scenario=scenarios[scenario],
        seed=0,
        first=months[0],
        last=months[1],
        scale=1,
        meter_days=1,
        forms=frozenset(forms or known),
    )


def _send(simulation: "Simulation", show_day: "Callable[[dt.date], None]") -> int:
    from broker.clients import make_consumer
    from broker.settings import KafkaSettings
    from plan.topics import topics_of
    from producers.opening import open_publisher
    from producers.simulator.feed import WouldMix, check_log, send
    from producers.told import refuse, tell

    settings = KafkaSettings.from_environ(os.environ)
    topics = {spec.name for spec in topics_of((simulation.plan,))}
    with open_publisher(os.environ, (simulation.plan,), topics) as publisher:
        consumer = make_consumer(settings, "qingyu-simulator", tell)
        try:
            check_log(simulation, settings, consumer)
        except WouldMix as fault:
            raise refuse(f"不能发送 nothing was sent: {fault}", [fault.mend]) from fault
        finally:
            consumer.close()
        return sum(count for _, count in send(simulation, publisher, show_day))


def _write_truth(out: Path, setup: "Setup", simulation: "Simulation") -> None:
    import msgspec

    from producers.simulator.simulation import summary

    lines = b"".join(msgspec.json.encode(each) + b"\n" for each in simulation.truth)
    (out / "truth.jsonl").write_bytes(lines)
    made = msgspec.json.format(msgspec.json.encode(summary(setup, simulation)), indent=1)
    (out / "truth_summary.json").write_bytes(made + b"\n")


def _counts(simulation: "Simulation") -> dict[str, int]:
    from producers.simulator.planting import expected_counts

    return expected_counts(simulation.truth)
