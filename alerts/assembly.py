"""Putting the alerter together: store, judging, messenger, Kafka."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from alerts.alerter import Alerter
from alerts.database import connect, sole_user
from alerts.intake import Intake
from alerts.judging import Judging
from alerts.messenger import AppriseMessenger
from alerts.notify import Clock
from alerts.outbox import Outbox
from alerts.routing import STANDARD
from alerts.settings import AlertSettings
from alerts.store import Store
from broker.settings import KafkaSettings


@contextmanager
def open_alerter(settings: AlertSettings, kafka: KafkaSettings, clock: Clock) -> Iterator[Alerter]:
    """An alerter that holds its store alone; closed at the end.

    Raises StoreInUse, StoreUnfit, SettingsFault.
    """
    messenger = AppriseMessenger(settings.channels)
    with sole_user(settings.store), closing(connect(settings.store)) as database:
        store, outbox = Store(database), Outbox(database)
        judging = Judging(store, outbox, [channel.name for channel in settings.channels], STANDARD)
        yield Alerter(kafka, store, intake=Intake(store, judging), outbox=outbox, messenger=messenger, clock=clock)
