"""Turns an app's number, and perhaps a merchant's token, into the program that calls."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import Secret, digest
from banyan.books.work import Grant, Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.pay.alipayapps import store
from banyan.pay.alipayapps.ports import PORTS
from banyan.pay.alipayapps.types import AppActor, AppId

GRANT = Grant(
    frozenset(
        {
            Permission.FINANCE_READ,
            Permission.FINANCE_WRITE,
            Permission.ORDERS_READ,
            Permission.ORDERS_REFUND,
            Permission.ORDERS_TAKE,
        }
    )
)
"""What a merchant's program may do for it."""


class FindCaller(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who calls with this number, and for whom?"""

    app_id: AppId
    app_auth_token: str = ""
    """By which a provider's app acts for another merchant; empty for its own."""


@reading(permission=Permission.SYSTEM)
async def find_caller(work: Work, query: FindCaller) -> AppActor:
    """Return an app that is open, acting for its own merchant or for the one of the token.

    Raises NotFound `alipayapps.not_found`, `alipayapps.unknown_mandate`; Refusal
    `alipayapps.mandate_expired`.
    """
    row = await store.find_app(work.db, query.app_id)
    if row is None or row.is_closed:
        raise NotFound("alipayapps.not_found")
    merchant_id = row.merchant_id
    if query.app_auth_token:
        token_digest = digest(query.app_auth_token)
        mandate = await store.find_mandate(work.db, query.app_id, token_digest)
        if mandate is None:
            raise NotFound("alipayapps.unknown_mandate")
        if mandate.expires_at <= work.now:
            raise Refusal("alipayapps.mandate_expired")
        merchant_id = MerchantId(mandate.merchant_id)
    sellers = await store.find_sellers(work.db, [merchant_id])
    return AppActor(
        kind="app",
        actor_id=int(row.app_id),
        grants={int(merchant_id): GRANT},
        app=row.shown(),
        merchant_id=merchant_id,
        seller_id=sellers[merchant_id],
        private_key=Secret(PORTS.seal.open(row.private_key_sealed, str(int(row.app_id)))),
    )
