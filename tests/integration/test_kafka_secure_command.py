"""`qingyu kafka secure` and `start --secure` as an operator uses them: idempotent, pruning, rotating."""

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
)

from broker.clients import make_admin, quiet
from broker.faults import BrokerRefused, ModeFixed, StorageDamaged
from broker.local import LocalKafka, ServerState, Started
from broker.secure import Security
from tests.support.pipeline import Pipeline
from tests.support.secured import OWN, PLAN, SecuredKafka, send
from tests.support.three_senders import ARCHIVE, GATEWAY, plan_of

pytestmark = pytest.mark.broker


def test_secure_sets_what_the_real_plans_give_and_again_changes_nothing(secured_kafka: SecuredKafka) -> None:
    operator = secured_kafka.operator()
    dry = operator.run("kafka", "secure", "--dry-run")
    assert "+ writer: ALLOW CREATE, DESCRIBE_CONFIGS, READ on TOPIC returns.*" in dry
    assert "nothing was changed" in dry
    assert not secured_kafka.passwords.has("writer")

    first = operator.run("kafka", "secure")
    assert "rules made" in first
    with make_admin(secured_kafka.administrator("")) as admin:
        before = Security(admin, secured_kafka.administrator(""), secured_kafka.passwords).look()
        assert {"writer", "alerter", "feed", "sender-gateway", "sender-environment-system"} <= before.users
        assert "nothing to change" in operator.run("kafka", "secure", "--prune")
        assert Security(admin, secured_kafka.administrator(""), secured_kafka.passwords).look() == before
    for user in before.users:
        assert stat.S_IMODE(secured_kafka.passwords.file(user).stat().st_mode) == 0o600
        assert secured_kafka.passwords.read(user) not in dry + first

    secured_kafka.commands("feed", "").run("feed", "plan")
    said = secured_kafka.commands("sender-published", "").run("feed", "plan", expect=1)
    assert "'sender-published' may not see these topics: plans" in said
    assert "asks for a login" in secured_kafka.operator().run("feed", "plan", expect=1)


def test_what_the_plan_no_longer_gives_is_told_and_pruned(secured_kafka: SecuredKafka) -> None:
    settings = secured_kafka.administrator("pruned.")
    with make_admin(settings) as admin:
        secured_kafka.give_access(settings, PLAN)
        gone = secured_kafka.login("sender-environment-system", "pruned.")
        everybody = ACL(
            *("User:*", "*", ACLOperation.READ, ACLPermissionType.ALLOW),
            ResourcePattern(ResourceType.TOPIC, "pruned.plans"),
        )
        admin.create_acls([everybody])
        smaller = plan_of(GATEWAY, ARCHIVE)
        for _ in range(2):
            left = secured_kafka.give_access(settings, smaller)
            assert left.former == ("pruned.sender-environment-system",)
            assert {rule.name for rule in left.extra} == {f"pruned.{OWN}"}
            assert [rule.user for rule in left.foreign] == ["*"]
        assert send(gone, OWN) == 0

        secured_kafka.give_access(settings, smaller, prune=True)
        after = secured_kafka.give_access(settings, smaller, prune=True)
        assert (after.former, after.extra) == ((), ())
        assert [rule.user for rule in after.foreign] == ["*"]
    with pytest.raises(BrokerRefused):
        make_admin(gone)
    assert not secured_kafka.passwords.has("pruned.sender-environment-system")


def test_a_rotated_password_replaces_the_old_one(mills: SecuredKafka) -> None:
    operator = mills.operator(QINGYU_TOPIC_PREFIX="turn.")
    operator.run("kafka", "secure")
    old = mills.login("feed", "turn.")
    make_admin(old).close()
    assert "new password" in operator.run("kafka", "secure", "--rotate", "turn.feed")
    new = mills.login("feed", "turn.")
    assert new.password != old.password
    make_admin(new).close()
    with pytest.raises(BrokerRefused):
        make_admin(old)
    assert "There is no user 'nobody' to rotate" in operator.run("kafka", "secure", "--rotate", "nobody", expect=1)


def test_a_secured_server_stays_so_until_its_messages_are_given_up(
    tmp_path: Path, local_kafka: Callable[[], LocalKafka]
) -> None:
    plain = local_kafka()
    secured = replace(plain, is_secure=True)
    assert secured.start(quiet) is Started.FORMATTED_AND_STARTED
    first = secured.status()
    assert first.state is ServerState.RUNNING
    assert stat.S_IMODE((secured.folder / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((secured.folder / "server.properties").stat().st_mode) == 0o600
    assert not (secured.folder / "format.args").exists()
    with pytest.raises(ModeFixed):
        plain.start(quiet)
    secured.stop(quiet)

    own = secured.passwords.file("broker")
    own.rename(tmp_path / "kept")
    with pytest.raises(StorageDamaged, match=r"secrets/broker, the server's own password, is missing"):
        secured.start(quiet)
    (tmp_path / "kept").rename(own)
    assert secured.start(quiet) is Started.STARTED
    make_admin(secured.settings).close()
    secured.stop(quiet)

    # The passwords are the users', not the log's: a new log is opened to the same operator.
    operator = secured.passwords.read("operator")
    secured.wipe()
    assert secured.passwords.read("operator") == operator
    assert secured.start(quiet) is Started.FORMATTED_AND_STARTED
    make_admin(secured.settings).close()
    assert secured.status().cluster_id != first.cluster_id
    secured.stop(quiet)


def test_a_server_without_logins_is_not_taken_for_a_secured_one(pipeline: Callable[..., Pipeline]) -> None:
    assert "checks no rights" in pipeline().run("kafka", "secure", expect=1)
