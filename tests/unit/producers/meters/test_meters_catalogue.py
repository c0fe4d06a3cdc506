"""Every column of every format is accounted for, and the formats go with the forms they feed."""

import pytest

from plan.model import Plan
from producers.meters.catalogue import FORMATS
from producers.meters.fitting import declared, misfits


@pytest.mark.parametrize("format_id", FORMATS)
def test_every_column_is_fed_used_or_told_as_not_fed(format_id: str) -> None:
    kind = FORMATS[format_id]
    columns = {column for heading in kind.headers for column in heading}
    sorted_into = [*kind.fed, *(set(kind.used) - set(kind.fed)), *kind.not_fed]
    assert sorted(sorted_into) == sorted(columns)
    assert all(len(set(heading)) == len(heading) for heading in kind.headers)


FEEDS = {
    "steel-15min": "energy-meter-daily",
    "turbine-hourly": "emission-hourly-daily",
    "epa-hourly": "emission-hourly-daily",
    "epa-hourly-flags": "emission-hourly-daily",
}


@pytest.mark.parametrize("format_id", FORMATS)
def test_a_format_goes_with_its_form_and_no_other(plan: Plan, format_id: str) -> None:
    fitting = [form.id for form in plan.forms if not misfits(FORMATS[format_id], form)]
    assert fitting == [FEEDS[format_id]]


def test_masses_and_rates_are_not_fed_as_concentrations() -> None:
    for format_id in ("epa-hourly", "epa-hourly-flags"):
        kind = FORMATS[format_id]
        assert set(kind.fed) == {"OP_TIME"}
        gases = [
            why.zh for name, why in kind.not_fed.items() if name.startswith(("SO2_", "NOX_")) and "FLG" not in name
        ]
        assert (len(gases) >= 3, all("mg/m3" in why for why in gases)) == (True, True)


def test_what_is_declared_is_of_the_rows_of_the_form(plan: Plan) -> None:
    form = next(form for form in plan.forms if form.id == "emission-hourly-daily")
    assert (declared("operating-share=0.5", form).value, declared("validity=valid", form).text) == (0.5, "valid")
    for wrong in ("operating-share", "operating-share=", "share=1", "operating-share=one", "=1"):
        with pytest.raises(ValueError, match="write"):
            declared(wrong, form)
