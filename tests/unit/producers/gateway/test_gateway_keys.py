"""Keys: what a token is worth, to whom it tells something, what rotation leaves."""

import datetime as dt
import hashlib
import itertools

import msgspec
import pytest

from producers.gateway.keys import Key, KeyState, Presented, judge, make_key, read_token, rotate, state_of

NOW = dt.datetime(2018, 2, 10, 8, 0, tzinfo=dt.UTC)
YEAR = dt.timedelta(days=365)


def fixed_chance(count: int) -> bytes:
    """Not random: the bytes 0, 1, 2 ..."""
    return bytes(range(count))


def made(**changes: object) -> tuple[Key, str]:
    key, token = make_key("xuchang-stats", ("energy-monthly",), NOW, NOW + YEAR, fixed_chance)
    return msgspec.structs.replace(key, **changes), token


def presented(token: str) -> Presented:
    found = read_token(f"Bearer {token}")
    assert found is not None
    return found


def test_a_token_is_an_id_and_256_bits_of_chance_and_only_their_hash_is_kept() -> None:
    key, token = made()
    # base32 of 00 01 02 03 04 and base64url of 00 .. 1f, by hand from RFC 4648.
    assert token == "qy_aaaqeaye_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    secret = token.removeprefix("qy_aaaqeaye_")
    assert key.secret_hash == hashlib.sha256(secret.encode()).digest()
    assert secret not in repr(key)


def test_the_right_token_is_worth_what_its_key_is() -> None:
    key, token = made()
    assert judge(key, presented(token), NOW) is KeyState.VALID
    assert judge(key, presented(token), NOW + YEAR - dt.timedelta(seconds=1)) is KeyState.VALID
    assert judge(key, presented(token), NOW + YEAR) is KeyState.EXPIRED
    revoked = msgspec.structs.replace(key, revoked_at=NOW)
    assert judge(revoked, presented(token), NOW) is KeyState.REVOKED


@pytest.mark.parametrize("changes", [{}, {"revoked_at": NOW}, {"expires_at": NOW}])
def test_who_does_not_hold_the_secret_learns_nothing_of_the_key(changes: dict) -> None:
    key, token = made(**changes)
    wrong = presented(token[:-1] + "A")
    assert judge(key, wrong, NOW) is KeyState.WRONG
    assert judge(None, wrong, NOW) is KeyState.WRONG


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer qy_aaaqeaye_short",
        "Bearer qy_AAAQEAYE_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "Bearer qy_aaaqeaye_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 x",
        "Bearer qy_aaaqeaye_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8A",
        "Bearer qy_aaaqeayé_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    ],
)
def test_what_is_no_token_is_none(header: str) -> None:
    assert read_token(header) is None


def test_the_scheme_is_read_in_any_case() -> None:
    _, token = made()
    assert read_token(f"bearer {token}") == read_token(f"Bearer {token}")


def test_a_key_reports_the_forms_of_its_scope_or_all() -> None:
    key, _ = made()
    assert key.may_report("energy-monthly")
    assert not key.may_report("enterprise-monthly")
    assert msgspec.structs.replace(key, forms=()).may_report("enterprise-monthly")


def test_rotation_leaves_the_old_key_the_overlap_and_gives_the_new_one_the_same_life() -> None:
    key, _ = made()
    later = NOW + dt.timedelta(days=300)
    chance = itertools.cycle([b"\x01", b"\x02"])
    old, new, token = rotate(key, later, dt.timedelta(hours=24), None, lambda count: next(chance) * count)
    assert (old.key_id, old.expires_at) == (key.key_id, later + dt.timedelta(hours=24))
    assert state_of(old, later + dt.timedelta(hours=23)) is KeyState.VALID
    assert state_of(old, later + dt.timedelta(hours=24)) is KeyState.EXPIRED
    assert (new.unit, new.forms, new.rotated_from) == (key.unit, key.forms, key.key_id)
    assert new.expires_at == later + YEAR
    assert judge(new, presented(token), later) is KeyState.VALID
    assert new.key_id != old.key_id


def test_rotation_never_lengthens_the_life_of_the_old_key() -> None:
    key, _ = made(expires_at=NOW + dt.timedelta(hours=1))
    old, _, _ = rotate(key, NOW, dt.timedelta(hours=24), NOW + YEAR, fixed_chance)
    assert old.expires_at == NOW + dt.timedelta(hours=1)
