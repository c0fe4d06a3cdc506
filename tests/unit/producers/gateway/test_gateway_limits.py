"""Limits and small readings: token bucket, deadline of a body, language and trace of a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.gateway.limits import Bucket, Pace, Rate, body_deadline, spend
from producers.gateway.problems import trace_id_of
from producers.gateway.wording import Language, language_of

RATE = Rate(per_s=2.0, burst=3)


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    bucket, waits = None, []
    for now in (10.0, 10.0, 10.0, 10.0, 10.4, 10.5, 10.5):
        bucket, wait = spend(bucket, RATE, now)
        waits.append(wait)
    # Three at once; the next half a second later, of which 0.1 s is left to wait at 10.4.
    assert waits == pytest.approx([0, 0, 0, 0.5, 0.1, 0, 0.5])


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket, _ = spend(None, RATE, 0.0)
    bucket, _ = spend(bucket, RATE, 1_000_000.0)
    assert bucket == Bucket(2.0, 1_000_000.0)


@given(st.lists(st.floats(0, 3, allow_nan=False), min_size=1, max_size=60))
def test_no_more_gets_through_than_burst_and_rate_allow(pauses: list[float]) -> None:
    bucket, now, through = None, 0.0, 0
    for pause in pauses:
        now += pause
        bucket, wait = spend(bucket, RATE, now)
        through += wait == 0
    assert through <= RATE.burst + RATE.per_s * now + 1e-6


def test_a_body_has_its_grace_then_its_rate_and_never_more_than_the_whole() -> None:
    pace = Pace(whole_s=30.0, bytes_per_s=1000, grace_s=5.0)
    assert body_deadline(pace, 100.0, 0) == 105.0
    assert body_deadline(pace, 100.0, 10_000) == 115.0
    assert body_deadline(pace, 100.0, 1_000_000) == 130.0


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", Language.CHINESE),
        ("en", Language.ENGLISH),
        ("en-GB,en;q=0.9", Language.ENGLISH),
        ("zh-CN,zh;q=0.9,en;q=0.8", Language.CHINESE),
        ("zh;q=0.2, en;q=0.7", Language.ENGLISH),
        ("en, zh", Language.CHINESE),
        ("fr, de", Language.CHINESE),
        ("*", Language.CHINESE),
        ("en;q=oops", Language.CHINESE),
    ],
)
def test_the_language_asked_for_is_read_and_chinese_is_the_rule(header: str, language: Language) -> None:
    assert language_of(header) is language


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01", TRACE),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_a_trace_id_is_taken_from_a_proper_header_only(header: str, found: str | None) -> None:
    assert trace_id_of(header) == found
