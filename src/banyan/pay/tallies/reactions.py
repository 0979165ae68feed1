"""What follows when a payment is counted of which a statement has told already."""

from collections import defaultdict
from collections.abc import Sequence

from banyan.books.room import Fact, Follower
from banyan.books.work import Work
from banyan.pay.gateways import find_numbers
from banyan.pay.tallies import store
from banyan.pay.tallies.book_fees import book_fees


async def on_counted(work: Work, facts: Sequence[Fact]) -> None:
    """Book the fees of payments that were learned of later than their statements."""
    counted = defaultdict(list)
    for fact in facts:
        counted[fact.merchant_id].append(fact.subject_id)
    for merchant_id, attempt_ids in sorted(counted.items()):
        numbers = await find_numbers(work.db, merchant_id, attempt_ids)
        for kept in await store.lock_told(work.db, merchant_id, numbers):
            await book_fees(work, kept)


FOLLOWERS = (
    Follower(name="tallies.fees", kinds=("gateways.paid", "gateways.strayed"), handle=on_counted),
)
