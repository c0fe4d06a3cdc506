"""The same values give the same bytes, whatever the batches and however often the alerter was restarted."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plan.messages import Verdict

_figures = st.sampled_from(["-7.64", "-3.42", "-3.43", "-1.00", "0.00", "0.76", None])
_happenings = st.lists(
    st.tuples(
        st.integers(2016, 2020).map(str),
        _figures,
        st.sampled_from(["2021-06-30", "2021-07-01", "2021-07-02"]),
        st.sampled_from([Verdict.PASSED, Verdict.FAILED]),
    ),
    max_size=10,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    story=st.tuples(
        _happenings, st.lists(st.integers(0, 11), max_size=3), st.tuples(st.integers(1, 2), st.integers(1, 2))
    )
)
def test_batches_and_restarts_do_not_matter(inside, henan, value, story) -> None:
    happenings, cuts, policy = story
    name = uuid.uuid4().hex
    plan = henan(*policy)
    values = [value(plan, period, figure, day, verdict=verdict) for period, figure, day, verdict in happenings]

    one_by_one = inside(f"{name}-single")
    for record in [one_by_one.plan(plan), *one_by_one.values(*values)]:
        one_by_one.take(record)

    restarted = inside(f"{name}-cut")
    records = [restarted.plan(plan), *restarted.values(*values)]
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(records)], strict=True):
        restarted = inside(f"{name}-cut")  # a new process on the same store
        restarted.take(*records[start:end])

    assert restarted.sent("assessments") == one_by_one.sent("assessments")
    assert restarted.sent("alerts") == one_by_one.sent("alerts")
    assert [n.idempotency_key for n in restarted.outbox.untold(None)] == [
        n.idempotency_key for n in one_by_one.outbox.untold(None)
    ]
    one_by_one.database.close()
    restarted.database.close()


def test_a_batch_that_fails_leaves_nothing_behind(inside, henan, value, monkeypatch) -> None:
    plan, made = henan(), inside()
    made.take(made.plan(plan))
    records = made.values(value(plan, "2019", "0.50"), value(plan, "2020", "0.76"))

    class PowerFailure(Exception):
        """Stands for the end of the process in the middle of a batch."""

    def fail(_address) -> None:
        if made.sent("alerts"):
            raise PowerFailure

    with monkeypatch.context() as patched:
        patched.setattr(made.store, "passed", fail)
        with pytest.raises(PowerFailure):
            made.take(*records)
    assert made.sent("alerts") == []
    assert made.store.next_offset("indicator-values", 0) is None
    made.take(*records)
    assert len(made.transitions) == 1
