"""Takes down where holders have their money sent."""

import msgspec

from banyan.base.errors import Refusal
from banyan.base.ids import Id
from banyan.books.actor import SYSTEM
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.pay.payouts import store
from banyan.pay.payouts.ports import PORTS
from banyan.pay.payouts.rules import tail_of
from banyan.pay.payouts.types import AccountName, AccountNumber, BankAccount
from banyan.pay.wallets import TEST_BANK, BankId, list_open_banks


class SetMyBankAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: have my money sent there."""

    name: AccountName
    number: AccountNumber
    bank_id: BankId = TEST_BANK


class SetBankAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: have a merchant's money sent there."""

    merchant_id: MerchantId
    name: AccountName
    number: AccountNumber
    bank_id: BankId = TEST_BANK


class ReadMyBankAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: where my money is sent."""


class ReadBankAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: where a merchant's money is sent."""

    merchant_id: MerchantId


class HeldBankAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Where money is sent; null as long as nobody has said."""

    account: BankAccount | None


@single(permission=Permission.PERSON)
async def set_my_bank_account(work: Work, command: SetMyBankAccount) -> HeldBankAccount:
    """Take down where the one who asks has their money sent. Raises Refusal `payouts.bank_closed`.

    What is on its way already goes where it was sent.
    """
    account = await _set(work, work.actor.person_id, command)
    return HeldBankAccount(account=account)


@single(permission=Permission.MERCHANT_WRITE)
async def set_bank_account(work: Work, command: SetBankAccount) -> HeldBankAccount:
    """Take down where a merchant has its money sent: its people say so, never a program by its key.

    What is on its way already goes where it was sent. Raises Refusal `sessions.person_required`,
    `payouts.bank_closed`.
    """
    if not work.actor.person_id and work.actor.kind != SYSTEM.kind:
        raise Refusal("sessions.person_required")
    before = await store.find_account(work.db, command.merchant_id)
    account = await _set(work, command.merchant_id, command)
    await note_change(
        work,
        merchant_id=command.merchant_id,
        subject="payouts.bank_account",
        subject_id=command.merchant_id,
        before=before.account if before else None,
        after=account,
    )
    return HeldBankAccount(account=account)


@reading(permission=Permission.PERSON)
async def read_my_bank_account(work: Work, query: ReadMyBankAccount) -> HeldBankAccount:  # noqa: ARG001 - asks for nothing
    """Return where the one who asks has their money sent."""
    found = await store.find_account(work.db, work.actor.person_id)
    return HeldBankAccount(account=found.account if found else None)


@reading(permission=Permission.FINANCE_READ)
async def read_bank_account(work: Work, query: ReadBankAccount) -> HeldBankAccount:
    """Return where a merchant has its money sent."""
    found = await store.find_account(work.db, query.merchant_id)
    return HeldBankAccount(account=found.account if found else None)


async def _set(
    work: Work, holder_id: int, command: SetMyBankAccount | SetBankAccount
) -> BankAccount:
    if command.bank_id not in await list_open_banks(work.db):
        raise Refusal("payouts.bank_closed")
    account = BankAccount(
        bank_id=command.bank_id,
        is_test=command.bank_id == TEST_BANK,
        name=command.name,
        number_tail=tail_of(command.number),
        changed_at=work.now,
    )
    sealed = PORTS.seal.close(command.number, str(int(Id(holder_id))))
    await store.set_account(
        work.db, holder_id, store.KeptAccount(account=account, number_sealed=sealed)
    )
    return account
