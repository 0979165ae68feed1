"""Reads what providers left undone, which only the merchant can mend."""

from datetime import datetime
from enum import StrEnum

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.pay.gateways.returning import store
from banyan.pay.gateways.types import AttemptId

_shown_max = 20


class TroubleKind(StrEnum):
    """What is the matter with a payment through a provider."""

    DISPUTED = "disputed"
    """The provider tells of other money than was asked for."""
    REFUSED = "refused"
    """The provider does not give back what is to go back."""
    STUCK = "stuck"
    """The payer's account could not take what goes back."""
    UNREAD = "unread"
    """What the provider tells is hidden by another key than ours: about no payment of its own."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A payment with which the merchant must do something, or the keys of an account."""

    attempt_id: AttemptId
    """0 for keys."""
    kind: TroubleKind
    currency: str
    amount_fen: int
    """Of the payment that is disputed, or of what does not go back."""
    asked_at: datetime


class ListTroubles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what waits for the merchant at its providers."""

    merchant_id: MerchantId


class Troubles(msgspec.Struct, frozen=True, kw_only=True):
    """The latest of them, twenty at most."""

    items: list[Trouble]


@reading(permission=Permission.FINANCE_READ)
async def list_troubles(work: Work, query: ListTroubles) -> Troubles:
    """Return disputed payments, refunds that a provider did not make, keys that open nothing."""
    rows = await store.list_troubles(work.db, query.merchant_id, _shown_max)
    return Troubles(
        items=[
            Trouble(
                attempt_id=AttemptId(row["attempt_id"]),
                kind=TroubleKind(row["state"]),
                currency=row["currency"],
                amount_fen=row["amount_fen"],
                asked_at=row["asked_at"],
            )
            for row in rows
        ]
    )
