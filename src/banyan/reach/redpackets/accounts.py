"""A packet's money on the ledger: from the sender into the packet, to its takers, or back."""

from banyan.base.ids import Id
from banyan.base.money import currency
from banyan.books.ledger import Account
from banyan.books.work import Work
from banyan.pay.wallets import purse_of, wallet_of
from banyan.reach.redpackets.remembered import Known
from banyan.reach.redpackets.types import Packet, TransferCode, packet_of


def note_sent(work: Work, packet: Packet, refusal: str) -> None:
    """Note that the sender's money goes into the packet; too little of it refuses."""
    sender, account = _sender_of(packet), packet_of(currency(packet.currency), packet.packet_id)
    work.open_account(sender)
    work.open_account(account)
    work.move(
        book=account.book,
        debit=sender.account_id,
        credit=account.account_id,
        amount=packet.total_fen,
        code=TransferCode.SENT,
        cause=packet.packet_id,
        refusal=refusal,
    )


def note_taken(work: Work, packet: Known, person_id: int, amount_fen: int, index: int) -> None:
    """Note that a share goes from its packet into its taker's wallet."""
    money = currency(packet.currency)
    work.move(
        book=money.number,
        debit=packet.account_id,
        credit=work.open_account(wallet_of(money, person_id)),
        amount=amount_fen,
        code=TransferCode.TAKEN,
        cause=packet.packet_id,
        index=index,
    )


def note_refunded(work: Work, packet: Packet, amount_fen: int) -> None:
    """Note that what is left of a packet goes back to its sender."""
    account = packet_of(currency(packet.currency), packet.packet_id)
    work.move(
        book=account.book,
        debit=account.account_id,
        credit=_sender_of(packet).account_id,
        amount=amount_fen,
        code=TransferCode.REFUNDED,
        cause=packet.packet_id,
    )


def _sender_of(packet: Packet) -> Account:
    money = currency(packet.currency)
    if packet.merchant_id != Id(0):
        return purse_of(money, packet.merchant_id)
    return wallet_of(money, packet.person_id)
