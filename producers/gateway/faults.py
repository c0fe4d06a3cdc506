"""What can go wrong in the gateway: faults of the operator with what and mend, and refusals of the store."""


class GatewayFault(Exception):
    """A fault that a person can mend: `what` says what is wrong, `mend` what to do; `str()` gives both."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what} {mend}")
        self.what = what
        self.mend = mend


class SettingsFault(GatewayFault):
    """The environment holds unusable settings of the gateway; all of them are listed."""


class StoreInUse(GatewayFault):
    """Another gateway works on the same store."""


class StoreUnfit(GatewayFault):
    """The store was made by a later version of the product, or is no store."""


class KeyFault(GatewayFault):
    """A key cannot be made, rotated or revoked as asked."""


class PortTaken(GatewayFault):
    """The gateway cannot listen where it was told to."""


class StoreClosed(Exception):
    """The store is closing; nothing is taken any more."""


class StoreFull(Exception):
    """The disk under the store is full; nothing of the job was kept."""


class StoreBroken(Exception):
    """The disk under the store fails; nothing of the job was kept."""


class Refusal(Exception):
    """A job of the store declines what was asked; nothing of it was kept."""


class OtherCluster(GatewayFault, Refusal):
    """The store's receipts and offsets belong to another Kafka cluster."""


class SpoolFull(Refusal):
    """The spool holds as much as it may."""


class OtherContent(Refusal):
    """An idempotency key or an id was used before for other content; `place` says which of the two."""

    def __init__(self, place: str, named: str) -> None:
        super().__init__(f"{place} {named!r} was used before for other content")
        self.place = place
        self.named = named
