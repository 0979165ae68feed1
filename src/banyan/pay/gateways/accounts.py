"""Where money stands that outside providers hold: one set of accounts a provider."""

from banyan.base.ids import NONE
from banyan.base.money import Currency
from banyan.books.ledger import Account
from banyan.pay.gateways.types import GatewayKind

# Account codes, stored and never renumbered: 951 to 954 WeChat Pay, 956 to 959 Alipay.
_first = {GatewayKind.WECHATPAY: 951, GatewayKind.ALIPAY: 956}


def outside_of(money: Currency, kind: GatewayKind) -> Account:
    """Return the account of the provider's own side: its debit balance is what it took in."""
    return Account(money.number, NONE, _first[kind])


def held_of(money: Currency, kind: GatewayKind, merchant_id: int) -> Account:
    """Return the account of what the provider holds for a merchant.

    It may be overdrawn: a merchant who has been paid out by the provider tops up there to give
    money back, and we hear of both later, from its statements.
    """
    return Account(money.number, merchant_id, _first[kind] + 1)


def returning_of(money: Currency, kind: GatewayKind, merchant_id: int) -> Account:
    """Return the account of what is on its way back to payers."""
    return Account(money.number, merchant_id, _first[kind] + 2)


def fees_outside_of(money: Currency, kind: GatewayKind, merchant_id: int) -> Account:
    """Return the account of what the provider kept for itself."""
    return Account(money.number, merchant_id, _first[kind] + 3)
