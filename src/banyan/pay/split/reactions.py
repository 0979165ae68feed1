"""What follows when somebody pays what is to be shared: it will not wait for ever."""

from collections.abc import Sequence

from banyan.books.journal import Event
from banyan.books.journal.types import Fact, Follower
from banyan.books.work import Work
from banyan.pay.split import store
from banyan.pay.split.rules import FROZEN_FOR


class PaidCharge(Event, frozen=True, kw_only=True, tag="charges.paid"):
    """What this room reads of a charge that was paid."""

    is_shared: bool = False


async def on_charges_paid(work: Work, facts: Sequence[Fact]) -> None:
    """Know of what waits to be shared, and thaw it when nobody has for half a year."""
    shared = [one for one in facts if one.decode(PaidCharge).is_shared]
    if not shared:
        return
    pools = [(one.merchant_id, one.subject_id, one.at) for one in shared]
    await store.open_pools(work.db, pools)
    for one in shared:
        work.later("split.thaw", one.subject_id, one.at + FROZEN_FOR, b"%d" % one.merchant_id)


FOLLOWERS = (Follower(name="split.charges", kinds=("charges.paid",), handle=on_charges_paid),)
