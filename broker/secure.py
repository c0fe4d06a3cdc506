"""Bring Kafka's users and access rules to what the plans give. Doing it again changes nothing."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka.errors import ClusterAuthorizationFailedError, SecurityDisabledError

from broker.acl_plan import Access, Difference, Rule
from broker.faults import NotAllowed, NotSecured, SecureFailed
from broker.passwords import Passwords
from broker.settings import KafkaSettings, SaslMechanism

_SEEN_WITHIN_S = 30.0
_LOOK_S = 0.1
_USER = "User:"
_EVERY_RULE = ACLFilter(
    principal=None,
    host=None,
    operation=ACLOperation.ANY,
    permission_type=ACLPermissionType.ANY,
    resource_pattern=ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
)


class Security:
    """Users and rules of one cluster, through the operator's admin client, which the caller makes and closes."""

    def __init__(self, admin: KafkaAdminClient, settings: KafkaSettings, passwords: Passwords) -> None:
        self._admin = admin
        self._settings = settings
        self._passwords = passwords
        named = settings.sasl_mechanism
        self._mechanism = (
            ScramMechanism.SCRAM_SHA_256 if named is SaslMechanism.SCRAM_SHA_256 else ScramMechanism.SCRAM_SHA_512
        )

    def look(self) -> Access:
        """The users that can log in and the rules in force. Raises NotAllowed, NotSecured."""
        with self._faults_named():
            rules, _ = self._admin.describe_acls(_EVERY_RULE)
            described = self._admin.describe_user_scram_credentials()
        users = {
            user
            for user, found in described.items()
            if any(each["mechanism"] is self._mechanism for each in found["credential_infos"])
        }
        return Access(frozenset(users), frozenset(map(_rule, rules)))

    def add(self, difference: Difference) -> None:
        """Make the users and rules that are missing, and wait until Kafka shows them.

        A password is on disk before its user exists, and one that lies there already is taken. Raises NotAllowed,
        SecureFailed.
        """
        with self._faults_named():
            self._set_passwords({user: self._passwords.keep(user) for user in difference.new})
            if difference.missing:
                answer = self._admin.create_acls([_acl(rule) for rule in difference.missing])
                if answer["failed"]:
                    raise self._failed({fault.__name__ for fault in answer["failed"]})
        self._await(lambda now: not (set(difference.new) - now.users or set(difference.missing) - now.rules))

    def prune(self, difference: Difference) -> None:
        """Take away what the plans no longer give: rules, users, their passwords. Raises NotAllowed, SecureFailed."""
        with self._faults_named():
            if difference.extra:
                answer = self._admin.delete_acls([_acl(rule) for rule in difference.extra])
                faults = {fault.__name__ for _, _, fault in answer if fault.errno}
                if faults:
                    raise self._failed(faults)
            self._alter([UserScramCredentialDeletion(user, self._mechanism) for user in difference.former])
        for user in difference.former:
            self._passwords.forget(user)
        self._await(lambda now: not (set(difference.former) & now.users or set(difference.extra) & now.rules))

    def rotate(self, user: str) -> None:
        """Give a user a new password; the file changes when Kafka has taken it. Raises NotAllowed, SecureFailed."""
        with self._faults_named():
            self._set_passwords({user: self._passwords.draft(user)})
        self._passwords.settle(user)

    def _set_passwords(self, passwords: dict[str, str]) -> None:
        self._alter(
            [UserScramCredentialUpsertion(user, self._mechanism, password) for user, password in passwords.items()]
        )

    def _alter(self, changes: list[UserScramCredentialUpsertion] | list[UserScramCredentialDeletion]) -> None:
        if not changes:
            return
        answer = self._admin.alter_user_scram_credentials(changes)
        faults = [f"{user}: {fault}" for user, fault in answer.items() if fault]
        if faults:
            raise self._failed(faults)

    def _await(self, is_there: Callable[[Access], bool]) -> None:
        """A broker takes over what the controller decided a moment later; the command says done when it has."""
        deadline = time.monotonic() + _SEEN_WITHIN_S
        while not is_there(self.look()):
            if time.monotonic() > deadline:
                raise self._failed([f"what was set does not show within {_SEEN_WITHIN_S:g} s"])
            time.sleep(_LOOK_S)

    def _failed(self, faults: Iterable[str]) -> SecureFailed:
        return SecureFailed(
            f"Kafka at {self._settings.bootstrap} did not take over users or rules: {'; '.join(sorted(faults))}.",
            "Mend what it says and run `qingyu kafka secure` again: it goes on with what is missing.",
        )

    @contextmanager
    def _faults_named(self) -> Iterator[None]:
        try:
            yield
        except ClusterAuthorizationFailedError as fault:
            raise NotAllowed(
                f"The user {self._settings.username!r} may not set users and rules at {self._settings.bootstrap}.",
                "Log in as a super user of the cluster (QINGYU_KAFKA_SASL_USERNAME).",
            ) from fault
        except SecurityDisabledError as fault:
            raise NotSecured(
                f"Kafka at {self._settings.bootstrap} checks no rights: anybody who reaches it may do anything.",
                "For the local server: `qingyu kafka start --secure` on an empty folder. Elsewhere let its operator "
                "set authorizer.class.name and a SASL listener.",
            ) from fault


def _acl(rule: Rule) -> ACL:
    pattern = ResourcePattern(ResourceType[rule.resource], rule.name, ACLResourcePatternType[rule.pattern])
    operation, permission = ACLOperation[rule.operation], ACLPermissionType[rule.permission]
    return ACL(_USER + rule.user, rule.host, operation, permission, pattern)


def _rule(acl: ACL) -> Rule:
    pattern = acl.resource_pattern
    return Rule(
        user=acl.principal.removeprefix(_USER),
        operation=acl.operation.name,
        name=pattern.resource_name,
        pattern=pattern.pattern_type.name,
        resource=pattern.resource_type.name,
        permission=acl.permission_type.name,
        host=acl.host,
    )
