"""What follows from closed charges: nothing is owed for parking that the car park asks no more."""

from collections.abc import Sequence

from banyan.books.journal import Fact, Follower
from banyan.books.work import Work
from banyan.pay.parkings import store
from banyan.pay.parkings.keep_plates import look_at_cars


async def on_charges_closed(work: Work, facts: Sequence[Fact]) -> None:
    """Let nothing be owed of what car parks closed."""
    closed = [(one.merchant_id, one.subject_id) for one in facts]
    for person_id in sorted(await store.close_deductions(work.db, closed)):
        await look_at_cars(work, person_id)


FOLLOWERS = (Follower(name="parkings.closed", kinds=("charges.closed",), handle=on_charges_closed),)
