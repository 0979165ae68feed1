"""Collecting: payments from people to merchants, by wallet or over the counter."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.collect.invariants import MONEY
from banyan.pay.collect.store import add_refunded, find_payment
from banyan.pay.collect.take_payments import insert_payments, open_accounts
from banyan.pay.collect.types import Payment, PaymentId, PaymentMethod, PaymentState

ROOM = Room(name="collect", migrations=Path(__file__).parent / "migrations", money=MONEY)

__all__ = (
    "ROOM",
    "Payment",
    "PaymentId",
    "PaymentMethod",
    "PaymentState",
    "add_refunded",
    "find_payment",
    "insert_payments",
    "open_accounts",
)
