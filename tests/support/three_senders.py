"""The small plan with three senders of different rights: a gateway, a department's own system, an archive."""

import msgspec

from plan.model import Plan, Sender
from tests.support.small_plan import FORMS, UNITS, names, small_plan

GATEWAY = Sender(id="gateway", names=names("gateway"), units=UNITS, forms=FORMS, gets_outcomes=True)
SYSTEM = Sender(id="environment-system", names=names("system"), units=("mill-a",), forms=("output",))
ARCHIVE = Sender(id="archive", names=names("archive"), units=("bureau",), forms=("growth",), may_backdate=True)


def plan_of(*senders: Sender) -> Plan:
    """The small plan with these senders."""
    return msgspec.structs.replace(small_plan(), senders=senders)
