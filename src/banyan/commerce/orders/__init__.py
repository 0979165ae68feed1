"""Orders: placed, paid once, refunded in parts, expired; the sale that everything else hangs on."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.orders.choose_coupon import (
    ChooseCoupon,
    CouponChoice,
    CouponChoices,
    choose_coupon,
)
from banyan.commerce.orders.close_order import (
    CancelOrder,
    DropOrder,
    cancel_order,
    drop_order,
    expire_order,
)
from banyan.commerce.orders.drafts import Draft
from banyan.commerce.orders.events import (
    OrderCancelled,
    OrderExpired,
    OrderPaid,
    OrderPlaced,
    OrderRefunded,
)
from banyan.commerce.orders.give_back import OrderRefund, give_back
from banyan.commerce.orders.invariants import INVARIANTS
from banyan.commerce.orders.list_purchases import ListPurchases, Purchase, list_purchases
from banyan.commerce.orders.pay_order import Intent, pay
from banyan.commerce.orders.pay_orders import PayOrder, pay_orders
from banyan.commerce.orders.pay_outside import (
    FOLLOWERS,
    ListWaysAtTill,
    ListWaysToPay,
    PayOrderOutside,
    TakePaymentOutside,
    list_ways_at_till,
    list_ways_to_pay,
    pay_order_outside,
    take_paid,
    take_payment_outside,
)
from banyan.commerce.orders.place_order import EXPIRE, place
from banyan.commerce.orders.place_orders import PlaceOrder, place_orders
from banyan.commerce.orders.quote_order import (
    OrderQuote,
    QuoteAtTill,
    QuoteOrder,
    quote_at_till,
    quote_order,
)
from banyan.commerce.orders.read_orders import ListMyOrders, ListOrders, list_my_orders, list_orders
from banyan.commerce.orders.read_receipt import (
    ReadMyReceipt,
    ReadReceipt,
    Receipt,
    read_my_receipt,
    read_receipt,
)
from banyan.commerce.orders.refund_order import refund_order
from banyan.commerce.orders.returned import RefundOrder, ReturnedLine
from banyan.commerce.orders.rules import Payer
from banyan.commerce.orders.take_by_code import (
    AskedOrder,
    DeclineOrder,
    ReadAsked,
    TakeByCode,
    TakenByCode,
    decline_order,
    read_asked,
    take_by_code,
)
from banyan.commerce.orders.take_orders import TakeOrder, take_orders
from banyan.commerce.orders.take_payments import TakePayment, take_payments
from banyan.commerce.orders.types import (
    LINES_MAX,
    Order,
    OrderId,
    OrderKind,
    OrderLine,
    OrderState,
    PaidOrder,
    TillLine,
    WantedLine,
)

ROOM = Room(
    name="orders",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        quote_order,
        place_orders,
        pay_orders,
        list_ways_to_pay,
        list_ways_at_till,
        pay_order_outside,
        take_payment_outside,
        cancel_order,
        choose_coupon,
        list_my_orders,
        list_purchases,
        read_my_receipt,
        quote_at_till,
        take_orders,
        take_payments,
        take_by_code,
        read_asked,
        decline_order,
        drop_order,
        refund_order,
        list_orders,
        read_receipt,
    ),
    events=(OrderPlaced, OrderPaid, OrderRefunded, OrderExpired, OrderCancelled),
    invariants=INVARIANTS,
    followers=FOLLOWERS,
    timers={EXPIRE: expire_order},
)

__all__ = (
    "LINES_MAX",
    "ROOM",
    "AskedOrder",
    "CancelOrder",
    "ChooseCoupon",
    "CouponChoice",
    "CouponChoices",
    "DeclineOrder",
    "Draft",
    "DropOrder",
    "Intent",
    "ListMyOrders",
    "ListOrders",
    "ListPurchases",
    "ListWaysAtTill",
    "ListWaysToPay",
    "Order",
    "OrderCancelled",
    "OrderExpired",
    "OrderId",
    "OrderKind",
    "OrderLine",
    "OrderPaid",
    "OrderPlaced",
    "OrderQuote",
    "OrderRefund",
    "OrderRefunded",
    "OrderState",
    "PaidOrder",
    "PayOrder",
    "PayOrderOutside",
    "Payer",
    "PlaceOrder",
    "Purchase",
    "QuoteAtTill",
    "QuoteOrder",
    "ReadAsked",
    "ReadMyReceipt",
    "ReadReceipt",
    "Receipt",
    "RefundOrder",
    "ReturnedLine",
    "TakeByCode",
    "TakeOrder",
    "TakePayment",
    "TakePaymentOutside",
    "TakenByCode",
    "TillLine",
    "WantedLine",
    "cancel_order",
    "choose_coupon",
    "decline_order",
    "drop_order",
    "give_back",
    "list_my_orders",
    "list_orders",
    "list_purchases",
    "list_ways_at_till",
    "list_ways_to_pay",
    "pay",
    "pay_order_outside",
    "pay_orders",
    "place",
    "place_orders",
    "quote_at_till",
    "quote_order",
    "read_asked",
    "read_my_receipt",
    "read_receipt",
    "refund_order",
    "take_by_code",
    "take_orders",
    "take_paid",
    "take_payment_outside",
    "take_payments",
)
