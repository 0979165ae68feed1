"""What membership does when an order is paid or refunded: it counts, and tiers follow."""

from collections.abc import Sequence

from banyan.books.journal.types import Fact, Follower
from banyan.books.work import Work
from banyan.commerce.members import store
from banyan.commerce.members.rules import decide_tier
from banyan.commerce.members.store import Spending, Spent
from banyan.commerce.members.types import PaidOrder, RefundedOrder, Tier, TierChanged


async def on_orders_settled(work: Work, facts: Sequence[Fact]) -> None:
    """Add what was paid and take off what went back; note who came to another tier by it."""
    changes: dict[tuple[int, int], Spending] = {}
    for fact in facts:
        if fact.person_id:
            key = (fact.merchant_id, fact.person_id)
            changes[key] = _add(changes.get(key, Spending()), fact)
    if not changes:
        return
    spent = await store.add_spent(work.db, changes)
    tiers = await store.list_tiers(work.db, sorted({one.merchant_id for one in spent}))
    for one in spent:
        _note_tier(work, one, tiers[one.merchant_id])


def _add(so_far: Spending, fact: Fact) -> Spending:
    if fact.kind == "orders.refunded":
        amount = fact.decode(RefundedOrder).amount_fen
        return Spending(
            spent_fen=so_far.spent_fen - amount,
            orders_count=so_far.orders_count,
            last_order_at=so_far.last_order_at,
        )
    last = so_far.last_order_at
    return Spending(
        spent_fen=so_far.spent_fen + fact.decode(PaidOrder).total_fen,
        orders_count=so_far.orders_count + 1,
        last_order_at=fact.at if last is None else max(last, fact.at),
    )


def _note_tier(work: Work, spent: Spent, tiers: Sequence[Tier]) -> None:
    before = decide_tier(tiers, spent.spent_fen - spent.added_fen)
    after = decide_tier(tiers, spent.spent_fen)
    if before != after:
        work.record(
            TierChanged(
                merchant_id=spent.merchant_id,
                person_id=spent.person_id,
                subject_id=int(spent.member_id),
                member_id=spent.member_id,
                from_tier_no=before.tier_no,
                to_tier_no=after.tier_no,
                to_tier_name=after.name,
            )
        )


FOLLOWERS = (
    Follower(
        name="members.spending",
        kinds=("orders.paid", "orders.refunded"),
        handle=on_orders_settled,
    ),
)
