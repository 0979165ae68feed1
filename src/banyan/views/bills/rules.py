"""Which days bills may be had of, and what a movement of money is called: pure."""

from datetime import date, datetime, time, timedelta

from banyan.base.errors import Invalid
from banyan.pay.settle import CHINA
from banyan.views.bills.types import FlowKind

DAYS_MAX = 93
"""Days that a statement may cover."""
LINES_MAX = 500_000
"""Most lines of one bill."""

_KINDS = {
    201: FlowKind.PAYMENT,
    301: FlowKind.REFUND,
    721: FlowKind.SUBSIDY,
    722: FlowKind.SUBSIDY_BACK,
    801: FlowKind.PAYMENT,
    802: FlowKind.FEE,
    804: FlowKind.REFUND,
    805: FlowKind.FEE_BACK,
    851: FlowKind.SHARING,
    853: FlowKind.SHARING_BACK,
    854: FlowKind.SUBSIDY,
    855: FlowKind.SUBSIDY_BACK,
    872: FlowKind.REMITTANCE,
    887: FlowKind.PAYOUT,
    901: FlowKind.PACKET,
    903: FlowKind.PACKET_BACK,
}
_VOUCHERS = range(711, 720)


def kind_of(code: int) -> FlowKind:
    """Why money moved, by the code of its transfer."""
    if code in _VOUCHERS:
        return FlowKind.VOUCHER
    return _KINDS.get(code, FlowKind.OTHER)


def bounds_of(since: date, until: date) -> tuple[datetime, datetime]:
    """The first instant of a day, and the first one after another, by China's clock.

    Raises Invalid `bills.days_reversed`, `bills.too_many_days`.
    """
    if until < since:
        raise Invalid("bills.days_reversed")
    if (until - since).days >= DAYS_MAX:
        raise Invalid("bills.too_many_days", days_max=DAYS_MAX)
    begin = datetime.combine(since, time(), CHINA)
    return begin, datetime.combine(until, time(), CHINA) + timedelta(days=1)
