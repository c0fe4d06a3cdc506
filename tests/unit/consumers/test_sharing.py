"""Lots are dealt evenly whoever comes and goes, and each partition has one lot for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.sharing import LOTS, Change, Holdings, lot_of, quota, share


def holding(me: int, members: set[int], **held: range) -> Holdings:
    """Holdings in which member n holds the lots given as ``_n``."""
    holders = {lot: int(name[1:]) for name, lots in held.items() for lot in lots}
    return Holdings(me, frozenset(members), holders)


@pytest.mark.parametrize(
    ("seen", "change"),
    [
        # alone: everything
        (holding(7, {7}), Change(take=tuple(range(32)))),
        (holding(7, {7}, _7=range(32)), Change()),
        # a second one came: the first gives half back, the second waits for them to be free
        (holding(7, {7, 9}, _7=range(32)), Change(give=tuple(range(16, 32)))),
        (holding(9, {7, 9}, _7=range(32)), Change()),
        (holding(9, {7, 9}, _7=range(16)), Change(take=tuple(range(16, 32)))),
        # three: 11, 11 and 10, by their order
        (holding(9, {3, 7, 9}, _3=range(11), _7=range(11, 22)), Change(take=tuple(range(22, 32)))),
        (holding(7, {3, 7, 9}, _3=range(11), _7=range(11, 22), _9=range(22, 32)), Change()),
        # the third died: its ten lots go to the others, five each
        (holding(3, {3, 7}, _3=range(11), _7=range(11, 22)), Change(take=(22, 23, 24, 25, 26))),
        (holding(7, {3, 7}, _3=range(11), _7=range(11, 22)), Change(take=(22, 23, 24, 25, 26))),
        # more processes than lots: the last has nothing to do
        (holding(40, set(range(1, 41)), _1=range(1)), Change()),
    ],
)
def test_what_a_process_does(seen: Holdings, change: Change) -> None:
    assert share(seen) == change


@given(members=st.frozensets(st.integers(0, 99), min_size=1, max_size=40))
def test_quotas_are_even_and_add_up(members: frozenset[int]) -> None:
    quotas = [quota(me, members) for me in members]
    assert sum(quotas) == LOTS
    assert max(quotas) - min(quotas) <= 1


@given(
    members=st.frozensets(st.integers(0, 9), min_size=1, max_size=8),
    holders=st.dictionaries(st.integers(0, LOTS - 1), st.integers(0, 9)),
    data=st.data(),
)
def test_whoever_came_or_went_a_few_turns_make_it_even(
    members: frozenset[int], holders: dict[int, int], data: st.DataObject
) -> None:
    """The lots of those who are gone are free; in whatever order the others take turns, nobody lacks his share."""
    held = {lot: holder for lot, holder in holders.items() if holder in members}
    for _ in range(2):
        for me in data.draw(st.permutations(sorted(members))):
            change = share(Holdings(me, members, held))
            assert not (change.take and change.give)
            held = {lot: holder for lot, holder in held.items() if lot not in change.give}
            held |= dict.fromkeys(change.take, me)
    assert sorted(held) == list(range(LOTS))
    assert all(len([lot for lot in held if held[lot] == me]) == quota(me, members) for me in members)


def test_a_partition_has_the_same_lot_for_ever() -> None:
    # The checksums that gzip writes behind these texts.
    assert lot_of("ticks", 0) == 0x6BE1D814 % LOTS
    assert lot_of("returns.energy.gateway", 1) == 0x769584EE % LOTS
