"""What can go wrong on the way to Kafka: each fault is a sentence and a mend."""


class BrokerFault(Exception):
    """A fault of the Kafka side that a person can mend.

    `what` says what is wrong, `mend` what to do about it; `str()` gives both.
    """

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what} {mend}")
        self.what = what
        self.mend = mend


class SettingsFault(BrokerFault):
    """The environment holds unusable Kafka settings; all of them are listed."""


class BrokerAway(BrokerFault):
    """Kafka did not answer within the wait of the settings."""


class BrokerRefused(BrokerFault):
    """Kafka answered and refused the credentials; waiting would not help."""


class TopicMismatch(BrokerFault):
    """Topics exist in another shape than the plans declare; all are listed."""


class JavaUnfit(BrokerFault):
    """No Java on the PATH, or one too old for Kafka 4."""


class JarsMissing(BrokerFault):
    """Maven is missing, or could not fetch the Kafka jars."""


class PortTaken(BrokerFault):
    """Another program listens on a port of the local Kafka."""


class StorageDamaged(BrokerFault):
    """The data folder holds messages, but not the file that says which cluster they belong to."""


class ServerDied(BrokerFault):
    """The local Kafka ended, or never answered, while it was being started."""


class ServerRunning(BrokerFault):
    """The command needs a stopped local Kafka (or one on another port) and it is running."""


class NotAllowed(BrokerFault):
    """The login is good, but its rights do not reach."""


class NotSecured(BrokerFault):
    """The cluster checks no rights, so that giving them would protect nothing."""


class SecureFailed(BrokerFault):
    """Kafka did not take over users or rules."""


class ModeFixed(BrokerFault):
    """The local Kafka was formatted with logins, or without, and cannot change over."""
