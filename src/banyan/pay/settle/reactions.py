"""Settles in the night after somebody paid a merchant over the wire, and in those that follow."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from banyan.base.money import currency, list_currencies
from banyan.books.journal import Fact, Follower
from banyan.books.ledger import EMPTY, AccountSums, read_accounts
from banyan.books.timers import Timer, begin_timers
from banyan.books.work import Connection, Work
from banyan.parties.ids import MerchantId
from banyan.pay.charges import sum_taken
from banyan.pay.settle import store
from banyan.pay.settle.rules import compute_settled, next_settling, start_of_day
from banyan.pay.settle.types import Settlement, SettlementId, SettlementMade, TransferCode
from banyan.pay.wallets import purse_of, shared_of, unsettled_of

_RUN = "settle.run"


async def on_money_come(work: Work, facts: Sequence[Fact]) -> None:
    """Have the merchants settled in the night that comes; once, however often money came.

    One that is late already is not put off.
    """
    first: dict[int, datetime] = {}
    for fact in facts:
        first.setdefault(int(fact.merchant_id), fact.at)
    timers = [
        Timer(kind=_RUN, subject=merchant_id, due_at=next_settling(at))
        for merchant_id, at in sorted(first.items())
    ]
    await begin_timers(work.db, timers)


async def settle_merchant(work: Work, timer: Timer) -> None:
    """Make a merchant's own what it was paid before today, in each currency.

    While anything is left to settle, or waits to be shared and may be left over, it comes again
    in the next night.
    """
    merchant_id = MerchantId(timer.subject)
    today = start_of_day(work.now)
    # Read before what came in since: what comes in between is then held back, never paid early.
    unsettled = await _read_unsettled(work.db, merchant_id)
    since = await sum_taken(work.db, merchant_id, today)
    is_done = True
    for code, (held, shared) in sorted(unsettled.items()):
        amount = min(compute_settled(held.balance, since.get(code, 0)), held.available)
        if amount > 0:
            settlement = Settlement(
                settlement_id=SettlementId(work.ids.next()),
                currency=code,
                amount_fen=amount,
                paid_until=today.date() - timedelta(days=1),
                settled_at=work.now,
            )
            await store.insert_settlement(work.db, merchant_id, settlement)
            _note(work, merchant_id, settlement)
        is_done = is_done and held.balance <= max(amount, 0) and not shared.balance
    if not is_done:
        work.later(_RUN, merchant_id, next_settling(work.now))


async def _read_unsettled(
    db: Connection, merchant_id: MerchantId
) -> dict[str, tuple[AccountSums, AccountSums]]:
    """What waits to be settled and to be shared, by currency; without those that hold neither."""
    ids = {
        one.code: (
            unsettled_of(one, merchant_id).account_id,
            shared_of(one, merchant_id).account_id,
        )
        for one in list_currencies()
    }
    sums = await read_accounts(db, [one for pair in ids.values() for one in pair])
    found = {code: (sums.get(a, EMPTY), sums.get(b, EMPTY)) for code, (a, b) in ids.items()}
    return {code: (a, b) for code, (a, b) in found.items() if a.balance or b.balance}


def _note(work: Work, merchant_id: MerchantId, settlement: Settlement) -> None:
    money = currency(settlement.currency)
    purse = purse_of(money, merchant_id)
    work.open_account(purse)
    work.move(
        book=money.number,
        debit=unsettled_of(money, merchant_id).account_id,
        credit=purse.account_id,
        amount=settlement.amount_fen,
        code=TransferCode.SETTLED,
        cause=settlement.settlement_id,
    )
    work.record(
        SettlementMade(
            merchant_id=merchant_id,
            subject_id=settlement.settlement_id,
            currency=settlement.currency,
            amount_fen=settlement.amount_fen,
            paid_until=settlement.paid_until,
        )
    )


FOLLOWERS = (
    Follower(
        name="settle.charges",
        # What is no longer shared, or comes back when that is over, may come to a merchant of
        # whom nothing else is left to settle.
        kinds=("charges.paid", "split.over", "split.returned"),
        handle=on_money_come,
    ),
)
TIMERS = {_RUN: settle_merchant}
