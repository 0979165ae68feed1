"""Which stocks make sense, who may get a voucher, what it takes off, and what goes back of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Protocol

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.base.money import allocate
from banyan.pay.vouchers.types import Stock, StockState, Voucher, VoucherRule

BEIJING = timezone(timedelta(hours=8))
"""Vouchers' days and hours are those of the protocol that they come from."""
WINDOW_DAYS_MAX = 90
AHEAD_DAYS_MAX = 365
PERSON_MAX = 60
"""Most vouchers of one stock that one person may get."""
AMOUNT_MAX_FEN = 10_000_000


class Goods(Protocol):
    """One item of what is paid for, as far as vouchers care."""

    @property
    def goods_id(self) -> str:
        """The merchant's own number for it."""

    @property
    def quantity(self) -> int:
        """How many of it."""

    @property
    def unit_price_fen(self) -> int:
        """What one of it costs."""


class Want(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that a voucher may take money off; `index` is the command it belongs to.

    `chosen`: the voucher to use; None for the best, 0 for none.
    """

    person_id: int
    merchant_id: int
    charge_id: int
    transaction_no: str
    total_fen: int
    currency: str
    way: str
    at: datetime
    goods_tag: str = ""
    goods: Sequence[Any] = ()
    """What is paid for: each is `Goods`."""
    chosen: int | None = None
    is_needed: bool = True
    """Whether a chosen voucher that can't be used refuses the payment."""
    index: int = 0
    expected_off_fen: int | None = None
    """What the payer was shown that vouchers take off all payments of this command together."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a voucher would take off a payment."""

    voucher: Voucher
    amount_fen: int
    goods: tuple[tuple[str, int, int, int], ...] = ()


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody should get a voucher of this stock; `index` is the command it belongs to."""

    stock: Stock
    person_id: int
    sender_merchant_id: int
    channel_id: int
    request_no: str
    at: datetime
    index: int = 0


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What a stock sent: in all, and on its last day."""

    sent_count: int
    day_on: date
    day_count: int


def check_stock(stock: Stock, now: datetime) -> None:
    """Accept a stock that makes sense.

    Raises Invalid `vouchers.window_empty`, `vouchers.window_too_long`, `vouchers.window_past`,
    `vouchers.window_too_far`.
    """
    if stock.begins_at >= stock.ends_at:
        raise Invalid("vouchers.window_empty")
    if stock.ends_at <= now:
        raise Invalid("vouchers.window_past")
    if stock.ends_at - stock.begins_at > timedelta(days=WINDOW_DAYS_MAX):
        raise Invalid("vouchers.window_too_long", days_max=WINDOW_DAYS_MAX)
    if stock.begins_at > now + timedelta(days=AHEAD_DAYS_MAX):
        raise Invalid("vouchers.window_too_far", days_max=AHEAD_DAYS_MAX)


def find_obstacle(stock: Stock, at: datetime) -> Refusal | None:
    """Return why a stock gives nobody a voucher at this instant, or None."""
    if stock.state is not StockState.RUNNING:
        return Refusal("vouchers.not_running", state=stock.state.value)
    if at >= stock.ends_at:
        return Refusal("vouchers.over")
    return None


def day_of(at: datetime) -> date:
    """Return the day that a daily limit counts this instant to."""
    return at.astimezone(BEIJING).date()


def decide_sends(
    wishes: Sequence[Wish],
    budgets: Mapping[int, Budget],
    held: Mapping[tuple[int, int], int],
) -> list[int | Refusal]:
    """Return for each wish the how many-th voucher its person gets, or why none, in order.

    `budgets`: what each stock sent before, locked. `held`: how many each (stock, person) ever got.
    """
    sent: dict[int, int] = {}
    sent_on: dict[tuple[int, date], int] = {}
    got: dict[tuple[int, int], int] = {}
    outcomes: list[int | Refusal] = []
    for wish in wishes:
        stock, day = wish.stock, day_of(wish.at)
        key, day_key = (int(stock.stock_id), wish.person_id), (int(stock.stock_id), day)
        budget = budgets[key[0]]
        before_today = budget.day_count if budget.day_on == day else 0
        ordinal = held.get(key, 0) + got.get(key, 0) + 1
        obstacle = find_obstacle(stock, wish.at)
        if obstacle is not None:
            outcomes.append(obstacle)
        elif ordinal > stock.max_by_person:
            outcomes.append(Refusal("vouchers.person_limit", limit=stock.max_by_person))
        elif budget.sent_count + sent.get(key[0], 0) >= stock.max_count:
            outcomes.append(Refusal("vouchers.sold_out"))
        elif stock.max_by_day and before_today + sent_on.get(day_key, 0) >= stock.max_by_day:
            outcomes.append(Refusal("vouchers.day_limit", limit=stock.max_by_day))
        else:
            got[key] = got.get(key, 0) + 1
            sent[key[0]] = sent.get(key[0], 0) + 1
            sent_on[day_key] = sent_on.get(day_key, 0) + 1
            outcomes.append(ordinal)
    return outcomes


def compute_span(stock: Stock, sent_at: datetime) -> tuple[datetime, datetime]:
    """Return from when and until when a voucher that is sent now may be used."""
    begin, end = max(stock.begins_at, sent_at), stock.ends_at
    if stock.rule.is_from_next_day:
        next_day = day_of(sent_at) + timedelta(days=1)
        begin = max(begin, datetime.combine(next_day, time(), BEIJING).astimezone(UTC))
    if stock.rule.minutes_after_sent:
        end = min(end, sent_at + timedelta(minutes=stock.rule.minutes_after_sent))
    return begin, end


def decide_offers(want: Want, vouchers: Sequence[Voucher]) -> list[Offer]:
    """Return what each voucher that fits would take off, the best first.

    Best is what takes most, then what is over soonest, then what was sent first.
    """
    offers = [one for one in (_offer(want, voucher) for voucher in vouchers) if one]
    return sorted(offers, key=lambda one: (-one.amount_fen, one.voucher.usable_until, _id(one)))


def _id(offer: Offer) -> int:
    return int(offer.voucher.voucher_id)


def _offer(want: Want, voucher: Voucher) -> Offer | None:
    rule = voucher.rule
    fits = (
        voucher.usable_from <= want.at < voucher.usable_until
        and (not rule.merchant_ids or want.merchant_id in rule.merchant_ids)
        and (not rule.goods_tags or want.goods_tag in rule.goods_tags)
        and (not rule.ways or want.way in rule.ways)
        and _is_hour(rule, want.at)
    )
    if not fits:
        return None
    counted = [one for one in want.goods if one.goods_id in rule.items] if rule.items else []
    base_fen = (
        sum(one.quantity * one.unit_price_fen for one in counted) if rule.items else want.total_fen
    )
    if rule.barred_items:
        barred = [one for one in want.goods if one.goods_id in rule.barred_items]
        base_fen -= sum(one.quantity * one.unit_price_fen for one in barred)
    # The payer pays at least one fen: there is no payment of nothing.
    amount_fen = min(voucher.amount_fen, base_fen, want.total_fen - 1)
    if base_fen < voucher.minimum_fen or amount_fen <= 0:
        return None
    return Offer(voucher=voucher, amount_fen=amount_fen, goods=_goods_off(counted, amount_fen))


def _goods_off(counted: Sequence[Goods], amount_fen: int) -> tuple[tuple[str, int, int, int], ...]:
    if not counted:
        return ()
    shares = allocate(amount_fen, [one.quantity * one.unit_price_fen for one in counted])
    return tuple(
        (one.goods_id, one.quantity, one.unit_price_fen, share)
        for one, share in zip(counted, shares, strict=True)
        if share
    )


def _is_hour(rule: VoucherRule, at: datetime) -> bool:
    if rule.day_time is None:
        return True
    local = at.astimezone(BEIJING)
    second = local.hour * 3600 + local.minute * 60 + local.second
    days = rule.day_time.week_days
    is_day = not days or local.isoweekday() % 7 in days
    return is_day and rule.day_time.from_second <= second < rule.day_time.until_second
