"""How shares move: each from what waits to be shared, or back."""

from banyan.base.money import currency
from banyan.books.ledger import AccountId, Refusing
from banyan.books.work import Work
from banyan.pay.split.types import Part, ReceiverKind, TransferCode
from banyan.pay.wallets import purse_of, shared_of, unsettled_of, wallet_of


def give(work: Work, code: str, merchant_id: int, part: Part) -> None:
    """Let a receiver have its part."""
    money = currency(code)
    is_person = part.kind is ReceiverKind.PERSON
    target = (wallet_of if is_person else purse_of)(money, part.receiver_id)
    work.open_account(target)
    _move(
        work,
        code,
        shared_of(money, merchant_id).account_id,
        target.account_id,
        (TransferCode.SHARED, part.amount_fen, part.part_id),
    )


def unfreeze(work: Work, code: str, merchant_id: int, amount_fen: int, cause: int) -> None:
    """Let the merchant have what nobody else gets."""
    money = currency(code)
    target = unsettled_of(money, merchant_id)
    work.open_account(target)
    _move(
        work,
        code,
        shared_of(money, merchant_id).account_id,
        target.account_id,
        (TransferCode.UNFROZEN, amount_fen, cause),
    )


def bring(
    work: Work,
    code: str,
    merchant_id: int,
    what: tuple[TransferCode, int, int],
    *,
    payer_id: int,
    is_pooled: bool,
) -> None:
    """Let a merchant have something of another's purse: to be shared, or for itself."""
    money = currency(code)
    target = (shared_of if is_pooled else unsettled_of)(money, merchant_id)
    source = purse_of(money, payer_id)
    work.open_account(source)
    work.open_account(target)
    _move(work, code, source.account_id, target.account_id, what, "split.purse_short")


def take_back(
    work: Work,
    code: str,
    merchant_id: int,
    what: tuple[TransferCode, int, int],
    *,
    payee_id: int,
    is_pooled: bool,
) -> None:
    """Let another have something of a merchant's: of what waits to be shared, or of its purse."""
    money = currency(code)
    source = (shared_of if is_pooled else purse_of)(money, merchant_id)
    target = purse_of(money, payee_id)
    work.open_account(source)
    work.open_account(target)
    _move(work, code, source.account_id, target.account_id, what, "split.purse_short")


def _move(
    work: Work,
    code: str,
    debit: AccountId,
    credit: AccountId,
    what: tuple[TransferCode, int, int],
    refusal: Refusing = "",
) -> None:
    transfer_code, amount_fen, cause = what
    if amount_fen:
        work.move(
            book=currency(code).number,
            debit=debit,
            credit=credit,
            amount=amount_fen,
            code=transfer_code,
            cause=cause,
            refusal=refusal,
        )
