"""Who may get a merchant's coupon, and when it may be used. No I/O."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from banyan.base.errors import Failure, Invalid, Refusal
from banyan.pay.busifavors.types import (
    CodeMode,
    CouponKind,
    CouponRule,
    CouponState,
    CouponStock,
    HeldCoupon,
)

BEIJING = timezone(timedelta(hours=8))
WINDOW_DAYS_MAX = 365
AHEAD_DAYS_MAX = 365
PERCENT_MAX = 100
AMOUNT_MAX_FEN = 10_000_000


def day_of(at: datetime) -> date:
    """Return the day that a daily limit counts this instant to."""
    return at.astimezone(BEIJING).date()


def check_stock(stock: CouponStock, now: datetime) -> None:
    """Accept a stock that makes sense.

    Raises Invalid `busifavors.window_empty`, `busifavors.window_past`,
    `busifavors.window_too_long`, `busifavors.worth_missing`.
    """
    if stock.begins_at >= stock.ends_at:
        raise Invalid("busifavors.window_empty")
    if stock.ends_at <= now:
        raise Invalid("busifavors.window_past")
    if stock.ends_at - stock.begins_at > timedelta(days=WINDOW_DAYS_MAX):
        raise Invalid("busifavors.window_too_long", days_max=WINDOW_DAYS_MAX)
    is_percent = stock.kind is CouponKind.DISCOUNT
    if (is_percent and not stock.percent) or (not is_percent and not stock.amount_fen):
        raise Invalid("busifavors.worth_missing")


def find_obstacle(stock: CouponStock, held_count: int, code: str, now: datetime) -> Failure | None:
    """Return why nobody, or not this person, gets a coupon of a locked stock now."""
    if now >= stock.ends_at:
        return Refusal("busifavors.over")
    if held_count >= stock.max_by_person:
        return Refusal("busifavors.person_limit", limit=stock.max_by_person)
    if stock.sent_count >= stock.max_count:
        return Refusal("busifavors.sold_out")
    if stock.max_by_day and stock.today_count >= stock.max_by_day:
        return Refusal("busifavors.day_limit", limit=stock.max_by_day)
    if (stock.code_mode is CodeMode.GIVEN) != bool(code):
        return Invalid("busifavors.code_mode", mode=stock.code_mode.value)
    return None


def compute_span(stock: CouponStock, sent_at: datetime) -> tuple[datetime, datetime]:
    """Return from when and until when a coupon that is sent now may be used."""
    rule, begin, end = stock.rule, stock.begins_at, stock.ends_at
    day = datetime.combine(day_of(sent_at), time(), BEIJING).astimezone(UTC)
    # Programs know instants by the second.
    sent_at = sent_at.replace(microsecond=0)
    first = day + timedelta(days=rule.wait_days) if rule.wait_days else sent_at
    begin = max(begin, first)
    if rule.days_after_sent:
        end = min(end, day + timedelta(days=rule.wait_days + rule.days_after_sent))
    return begin, end


def state_of(coupon: HeldCoupon, now: datetime) -> CouponState:
    """Return where a coupon is in its life: whose time is over has expired."""
    is_over = coupon.state is CouponState.HELD and now >= coupon.usable_until
    return CouponState.EXPIRED if is_over else coupon.state


def check_usable(coupon: HeldCoupon, at: datetime) -> None:
    """Accept that a coupon is used at an instant.

    Raises Refusal `busifavors.used`, `busifavors.deactivated`, `busifavors.not_usable_now`,
    `busifavors.expired`.
    """
    if coupon.state is CouponState.USED:
        raise Refusal("busifavors.used")
    if coupon.state is CouponState.DEACTIVATED:
        raise Refusal("busifavors.deactivated")
    if at >= coupon.usable_until:
        raise Refusal("busifavors.expired")
    if at < coupon.usable_from or not is_hour(coupon.stock.rule, at):
        raise Refusal("busifavors.not_usable_now")


def is_hour(rule: CouponRule, at: datetime) -> bool:
    """Whether a rule lets coupons be used at an instant; one of its times is enough."""
    if not (rule.week_days or rule.hours or rule.spans):
        return True
    if any(one.begins_at <= at < one.ends_at for one in rule.spans):
        return True
    if not (rule.week_days or rule.hours):
        return False
    local = at.astimezone(BEIJING)
    second = local.hour * 3600 + local.minute * 60 + local.second
    is_day = not rule.week_days or local.isoweekday() % 7 in rule.week_days
    return is_day and (not rule.hours or any(one[0] <= second <= one[-1] for one in rule.hours))
