"""How the console names what happens to money: states, ways, kinds, problems and what to do."""

from __future__ import annotations

from banyan.commerce.desks import Taking
from banyan.doors.pages.shell import mark
from banyan.pay.charges import Charge

CHARGE_STATES = {
    "unpaid": mark("To pay"),
    "paying": mark("Being confirmed"),
    "paid": mark("Paid"),
    "failed": mark("Could not be paid"),
    "closed": mark("Closed"),
    "revoked": mark("Reversed"),
}
CHARGE_TINTS = {
    "unpaid": "warning",
    "paying": "info",
    "paid": "success",
    "failed": "neutral",
    "closed": "neutral",
    "revoked": "danger",
}
_BACK = (mark("Refunded"), "neutral")


def name_state(charge: Charge, taking: Taking | None = None) -> tuple[str, str]:
    """How far a charge has come, and in which colour; what went back is no more just paid.

    `taking` if it came through a provider: the charge itself is closed then.
    """
    if taking is not None:
        is_back = taking.refunded_fen == taking.total_fen
        return _BACK if is_back else (mark("Paid through a provider"), "success")
    if charge.is_paid and charge.refunded_fen:
        is_whole = charge.refunded_fen == charge.total_fen
        return _BACK if is_whole else (mark("Partly refunded"), "info")
    return CHARGE_STATES[charge.state], CHARGE_TINTS[charge.state]


WAYS = {
    "jsapi": mark("On a page"),
    "native": mark("Code to scan"),
    "app": mark("In an app"),
    "h5": mark("In a browser"),
    "code": mark("Payment code"),
    "desk": mark("Cash desk code"),
    "score": mark("After the service"),
    "parking": mark("Parking"),
}
PROTOCOLS = {
    "own": "Banyan",
    "wechat": "WeChat Pay v3",
    "wechat_v2": "WeChat Pay v2",
    "alipay": "Alipay",
}
PAYOUT_STATES = {
    "accepted": (mark("On its way"), "info"),
    "paid": (mark("Arrived"), "success"),
    "failed": (mark("Refused by the bank"), "danger"),
}
FLOW_KINDS = {
    "payment": mark("Payment"),
    "voucher": mark("Vouchers"),
    "fee": mark("Payment fee"),
    "refund": mark("Refund"),
    "fee_back": mark("Fee given back"),
    "sharing": mark("Sharing"),
    "sharing_back": mark("Share given back"),
    "subsidy": mark("Subsidy"),
    "subsidy_back": mark("Subsidy given back"),
    "remittance": mark("Sent to a person"),
    "payout": mark("Withdrawal"),
    "packet": mark("Red packet"),
    "packet_back": mark("Red packet returned"),
    "other": mark("Other"),
}
FAMILIES = {
    "charge": mark("Charges"),
    "charge_refund": mark("Refunds of charges"),
    "order": mark("Orders"),
    "order_refund": mark("Refunds of orders"),
    "payout": mark("Withdrawals"),
    "remittance": mark("Sent to people"),
    "share": mark("Shares of charges"),
    "share_return": mark("Shares given back"),
    "subsidy": mark("Subsidies"),
    "packet": mark("Red packets"),
    "packet_return": mark("Red packets returned"),
    "other": mark("Other"),
}
PROBLEMS = {
    "not_moved": mark("Billed, but no money moved"),
    "not_booked": mark("Money moved, but nothing is billed"),
    "amount_differs": mark("Bill and ledger tell different amounts"),
    "not_outside": mark("The bank does not know of it"),
    "only_outside": mark("Only the bank knows of it"),
    "outside_differs": mark("The bank tells another amount"),
}
ADVICE = {
    "not_moved": mark(
        "The row was written without its transfer. Look for what wrote it; do not settle this day "
        "by hand before the row is explained."
    ),
    "not_booked": mark(
        "The transfer stands. Find its cause by the number; if there is none, move the amount back "
        "by a new transfer."
    ),
    "amount_differs": mark(
        "The ledger counts. Correct the row, or move the difference by a new transfer."
    ),
    "not_outside": mark(
        "Ask the bank by this number. If it never took it, have the payout sent again under the "
        "same number: it is paid once."
    ),
    "only_outside": mark(
        "The bank paid what we gave back. Ask it to return the money, or take it from the balance "
        "again."
    ),
    "outside_differs": mark("Ask the bank by this number which amount it paid, and why."),
}
ACCOUNTS = {
    101: mark("Wallets of people"),
    102: mark("Purses of merchants"),
    103: mark("Test bank"),
    104: mark("Tills"),
    105: mark("Money outside"),
    106: mark("Unsettled"),
    107: mark("Fees of the platform"),
    108: mark("Waiting to be shared"),
    711: mark("Funds of vouchers"),
    951: mark("Taken in by WeChat Pay"),
    952: mark("Held by WeChat Pay for merchants"),
    953: mark("On its way back through WeChat Pay"),
    954: mark("Fees of WeChat Pay"),
    956: mark("Taken in by Alipay"),
    957: mark("Held by Alipay for merchants"),
    958: mark("On its way back through Alipay"),
    959: mark("Fees of Alipay"),
}
