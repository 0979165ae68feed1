"""How a remittance's money moves: set aside from the purse, then to the wallet or back."""

from banyan.base.money import currency
from banyan.books.work import Work
from banyan.pay.remit.store import NewRemittance
from banyan.pay.remit.types import Remittance, TransferCode
from banyan.pay.wallets import purse_of, wallet_of


def reserve(work: Work, merchant_id: int, person_id: int, code: str, one: NewRemittance) -> None:
    """Set money aside for a person, who may not get it in the end."""
    money = currency(code)
    source, target = purse_of(money, merchant_id), wallet_of(money, person_id)
    work.open_account(source)
    work.open_account(target)
    work.move(
        book=money.number,
        debit=source.account_id,
        credit=target.account_id,
        amount=one.amount_fen,
        code=TransferCode.RESERVED,
        cause=one.remittance_id,
        transfer_id=one.transfer_id,
        is_pending=True,
        refusal="remit.purse_short",
    )


def release(work: Work, one: Remittance, transfer_id: int) -> None:
    """Leave what was set aside with the merchant."""
    if transfer_id:
        work.void(transfer_id, code=TransferCode.RELEASED, cause=one.remittance_id)


def hand_over(work: Work, one: Remittance, transfer_id: int) -> None:
    """Let the person have what was set aside."""
    work.post(transfer_id, code=TransferCode.REMITTED, cause=one.remittance_id)


def give(work: Work, one: Remittance, person_id: int) -> None:
    """Let a person have money at once."""
    money = currency(one.currency)
    source, target = purse_of(money, one.merchant_id), wallet_of(money, person_id)
    work.open_account(source)
    work.open_account(target)
    work.move(
        book=money.number,
        debit=source.account_id,
        credit=target.account_id,
        amount=one.amount_fen,
        code=TransferCode.REMITTED,
        cause=one.remittance_id,
        refusal="remit.purse_short",
    )
