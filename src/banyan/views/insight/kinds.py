"""The columns of exported rows, their order in a file, and the kinds of facts among them."""

from collections.abc import Mapping
from types import MappingProxyType

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "lane": "int16",
        "number": "int64",
        "kind": "string",
        "at_us": "int64",
        "merchant_id": "int64",
        "person_id": "int64",
        "member_id": "int64",
        "store_id": "int64",
        "code_id": "int64",
        "channel_id": "int64",
        "subject_id": "int64",
        "order_id": "int64",
        "amount_fen": "int64",
        "discount_fen": "int64",
        "currency": "string",
        "method": "string",
        "coupon_id": "int64",
        "campaign_id": "int64",
    }
)
"""Name and type of each column, in types that Arrow and Ibis both know; none is ever null.

`at_us` is microseconds since 1970 in UTC: a whole number means the same to every engine.
"""

ORDER = ("merchant_id", "kind", "at_us", "number")
"""How rows are sorted within a file, so that a report skips what it does not ask for."""

TOUCHED = "places.touched"
TOUCH_JOINED = "places.touch_joined"
FOLLOWED = "channels.followed"
JOINED = "members.joined"
PLACED = "orders.placed"
PAID = "orders.paid"
REFUNDED = "orders.refunded"
SOLD_AT_DESKS: Mapping[str, str] = MappingProxyType(
    {"desks.asked": PLACED, "desks.paid": PAID, "desks.refunded": REFUNDED}
)
"""What is paid at a cash desk counts as an order, whose number is its charge's."""
SPENT = "insight.spent"
UNSPENT = "insight.unspent"

KINDS = (
    TOUCHED,
    TOUCH_JOINED,
    FOLLOWED,
    "channels.unfollowed",
    JOINED,
    "coupons.claimed",
    "coupons.redeemed",
    "coupons.given_back",
    "coupons.expired",
    PLACED,
    PAID,
    REFUNDED,
    *SOLD_AT_DESKS,
    "orders.expired",
    "orders.cancelled",
    "campaigns.sent",
    "campaigns.delivered",
    SPENT,
    UNSPENT,
)
"""The kinds of facts that are exported. A kind that is added later asks for a rebuild."""
