"""Puts vouchers into people's hands: many at once, never more than there are."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal, Trouble
from banyan.base.ids import Id
from banyan.books.work import Call, Permission, Work, plural
from banyan.parties.merchants import MerchantId
from banyan.pay.partnerships import Business, find_partnered
from banyan.pay.vouchers import store
from banyan.pay.vouchers.accounts import note_count
from banyan.pay.vouchers.rules import Wish, compute_span, day_of, decide_sends
from banyan.pay.vouchers.types import (
    RequestNo,
    Stock,
    StockId,
    TransferCode,
    Voucher,
    VoucherId,
    VoucherSent,
    VoucherState,
)


class SendVoucher(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give somebody a voucher of a stock, as its maker or a partner of theirs.

    `person_id` was found by the door, which checked that the sender may know that person.
    """

    merchant_id: MerchantId
    """Who sends."""
    creator_merchant_id: Id
    stock_id: StockId
    person_id: Id
    channel_id: Id = Id(0)
    request_no: RequestNo


_Outcome = Voucher | Failure


@plural(permission=Permission.COUPONS_WRITE, batch_max=500)
async def send_vouchers(
    work: Work, calls: Sequence[Call[SendVoucher]]
) -> Sequence[Voucher | Failure]:
    """Give each person a voucher, first come first served; the same request sends one only.

    Fails with NotFound `vouchers.stock_not_found`; Refusal `vouchers.not_partnered`,
    `vouchers.not_running`, `vouchers.over`, `vouchers.person_limit`, `vouchers.sold_out`,
    `vouchers.day_limit`, `vouchers.request_used`; Trouble `vouchers.contended`.
    """
    outcomes: list[_Outcome | None] = [None] * len(calls)
    wishes = await _wishes(work, calls, outcomes)
    budgets = (
        await store.lock_budgets(work.db, (wish.stock for _, wish in wishes)) if wishes else {}
    )
    fresh = await _leave_out_known(work, wishes, outcomes)
    held = await store.count_held(
        work.db, ((int(wish.stock.stock_id), wish.person_id) for _, wish in fresh)
    )
    ordinals = decide_sends([wish for _, wish in fresh], budgets, held)
    chosen: dict[int, tuple[int, Wish, int]] = {}
    for (place, wish), ordinal in zip(fresh, ordinals, strict=True):
        if isinstance(ordinal, Refusal):
            outcomes[place] = ordinal
        else:
            chosen[work.ids.next()] = (place, wish, ordinal)
    await _insert(work, chosen, outcomes)
    return [one or Trouble("vouchers.contended") for one in outcomes]


async def _wishes(
    work: Work, calls: Sequence[Call[SendVoucher]], outcomes: list[_Outcome | None]
) -> list[tuple[int, Wish]]:
    stocks = await store.find_stocks(work.db, (call.command.stock_id for call in calls))
    partnered = await find_partnered(
        work.db,
        Business.VOUCHERS,
        [
            (int(one.creator_merchant_id), int(one.merchant_id), int(one.channel_id), one.stock_id)
            for one in (call.command for call in calls)
            if one.creator_merchant_id != one.merchant_id
        ],
    )
    wishes: list[tuple[int, Wish]] = []
    for place, call in enumerate(calls):
        command = call.command
        stock = stocks.get(int(command.stock_id))
        key = (int(command.merchant_id), int(command.channel_id), int(command.stock_id))
        if stock is None or stock.merchant_id != command.creator_merchant_id:
            outcomes[place] = NotFound("vouchers.stock_not_found")
        elif command.merchant_id != stock.merchant_id and key not in partnered:
            outcomes[place] = Refusal("vouchers.not_partnered")
        else:
            wishes.append((place, _wish(call, stock)))
    return wishes


def _wish(call: Call[SendVoucher], stock: Stock) -> Wish:
    return Wish(
        stock=stock,
        person_id=int(call.command.person_id),
        sender_merchant_id=int(call.command.merchant_id),
        channel_id=int(call.command.channel_id),
        request_no=call.command.request_no,
        at=call.at,
        index=call.index,
    )


async def _leave_out_known(
    work: Work, wishes: Sequence[tuple[int, Wish]], outcomes: list[_Outcome | None]
) -> list[tuple[int, Wish]]:
    """Answer the requests that sent something before; return the others, each number once."""
    known = await store.find_sends(
        work.db, ((wish.sender_merchant_id, wish.request_no) for _, wish in wishes)
    )
    fresh: dict[tuple[int, str], tuple[int, Wish]] = {}
    for place, wish in wishes:
        key = (wish.sender_merchant_id, wish.request_no)
        sent = known.get(key)
        if sent is not None and sent[:2] == (int(wish.stock.stock_id), wish.person_id):
            outcomes[place] = await store.find_voucher(work.db, sent[1], sent[2])
        elif sent is not None:
            outcomes[place] = Refusal("vouchers.request_used", request_no=wish.request_no)
        else:
            # The same number twice in one batch: the second asks again, and then is answered.
            fresh.setdefault(key, (place, wish))
    return list(fresh.values())


async def _insert(
    work: Work, chosen: dict[int, tuple[int, Wish, int]], outcomes: list[_Outcome | None]
) -> None:
    if not chosen:
        return
    noted = await store.insert_sends(
        work.db, [(VoucherId(voucher_id), wish) for voucher_id, (_, wish, _) in chosen.items()]
    )
    rows: list[tuple[object, ...]] = []
    sent: dict[tuple[int, int, object], int] = {}
    for voucher_id, (place, wish, ordinal) in chosen.items():
        if voucher_id not in noted:
            continue
        voucher = _voucher(VoucherId(voucher_id), wish)
        outcomes[place] = voucher
        rows.append(_row(voucher, ordinal))
        key = (int(wish.stock.merchant_id), int(wish.stock.stock_id), day_of(wish.at))
        sent[key] = sent.get(key, 0) + 1
        _note(work, voucher, wish)
    if rows:
        await store.insert_vouchers(work.db, rows)
        await store.add_sent(work.db, sent)  # type: ignore[arg-type]


def _voucher(voucher_id: VoucherId, wish: Wish) -> Voucher:
    stock = wish.stock
    begin, end = compute_span(stock, wish.at)
    return Voucher(
        person_id=wish.person_id,
        voucher_id=voucher_id,
        stock_id=stock.stock_id,
        merchant_id=stock.merchant_id,
        sender_merchant_id=Id(wish.sender_merchant_id),
        channel_id=wish.channel_id,
        name=stock.name,
        description=stock.description,
        is_cash=stock.is_cash,
        amount_fen=stock.amount_fen,
        minimum_fen=stock.minimum_fen,
        state=VoucherState.HELD,
        sent_at=wish.at,
        usable_from=begin,
        usable_until=end,
        rule=stock.rule,
    )


def _row(one: Voucher, ordinal: int) -> tuple[object, ...]:
    return (
        one.person_id,
        int(one.voucher_id),
        int(one.merchant_id),
        int(one.stock_id),
        ordinal,
        int(one.sender_merchant_id),
        one.channel_id,
        one.sent_at,
        one.usable_from,
        one.usable_until,
    )


def _note(work: Work, voucher: Voucher, wish: Wish) -> None:
    note_count(
        work,
        voucher.merchant_id,
        voucher.stock_id,
        TransferCode.SENT,
        cause=voucher.voucher_id,
        index=wish.index,
    )
    work.record(
        VoucherSent(
            merchant_id=int(voucher.merchant_id),
            person_id=voucher.person_id,
            channel_id=voucher.channel_id,
            subject_id=int(voucher.voucher_id),
            stock_id=voucher.stock_id,
            name=voucher.name,
            amount_fen=voucher.amount_fen,
            usable_until=voucher.usable_until,
        ),
        index=wish.index,
        at=wish.at,
    )


@plural(permission=Permission.OPERATOR, batch_max=500)
async def send_platform_vouchers(
    work: Work, calls: Sequence[Call[SendVoucher]]
) -> Sequence[Voucher | Failure]:
    """Give people vouchers that the platform pays for; otherwise as `send_vouchers`."""
    own = [
        msgspec.structs.replace(
            call,
            command=msgspec.structs.replace(
                call.command, merchant_id=MerchantId(0), creator_merchant_id=Id(0)
            ),
        )
        for call in calls
    ]
    return await send_vouchers(work, own)
