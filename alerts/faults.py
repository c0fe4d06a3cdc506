"""What can go wrong in this room: each fault is a sentence and a mend."""


class AlertsFault(Exception):
    """A fault that a person can mend: `what` says what is wrong, `mend` what to do; `str()` gives both."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what} {mend}")
        self.what = what
        self.mend = mend


class SettingsFault(AlertsFault):
    """The environment holds unusable settings of the alerter."""


class OtherCluster(AlertsFault):
    """The store's offsets belong to another Kafka cluster."""


class StoreInUse(AlertsFault):
    """Another alerter works on the same store; two would tell everything twice."""


class StoreUnfit(AlertsFault):
    """The store was made by another version of the product, or does not fit the topics' contents."""


class TopicsMissing(AlertsFault):
    """The topics that the alerter reads do not exist."""
