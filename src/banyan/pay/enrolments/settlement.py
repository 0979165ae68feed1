"""Where the money of a provider's merchants goes, and the wish that it go elsewhere."""

from datetime import timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.text import LINE
from banyan.books.timers.types import Timer
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import MerchantId
from banyan.parties.keys import KeyActor
from banyan.parties.merchants import find_merchants
from banyan.pay.enrolments import store
from banyan.pay.enrolments.ports import PORTS
from banyan.pay.enrolments.types import ChangeId, ChangeState, SettlementChange
from banyan.pay.payees import Mchid, Scope, access_bound
from banyan.pay.payouts import (
    ReadBankAccount,
    SetBankAccount,
    read_bank_account,
    set_bank_account,
)

_verified_after = timedelta(seconds=1)
_shown_first, _shown_last = 4, 4
_digits_min, _digits_max = 8, 32
_Words = Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)]


class Account(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where money may go."""

    kind: _Words
    """`business` or `private`."""
    bank: _Words
    branch: _Words = ""
    branch_id: _Words = ""
    name: _Words = ""
    """On the account; the merchant's own where it is left out."""
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]


class ChangeSettlement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Wish that the money of a merchant go to another account."""

    merchant_id: MerchantId
    """The provider."""
    mchid: Mchid
    account: Account


class ReadSettlementChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a wish, or the last that was granted."""

    merchant_id: MerchantId
    mchid: Mchid
    change_id: ChangeId = ChangeId(0)


@single(permission=Permission.FINANCE_WRITE)
async def change_settlement(work: Work, command: ChangeSettlement) -> SettlementChange:
    """Have the account looked at, and return the wish: no API key says where money goes.

    Raises NotFound `payees.not_found`; Refusal `sessions.person_required`, `payees.not_bound`.
    """
    if isinstance(work.actor, KeyActor):
        raise Refusal("sessions.person_required")
    payee = await access_bound(work.db, command.merchant_id, command.mchid, Scope.FUNDS)
    return await wish(work, payee.merchant_id, command.merchant_id, command.account)


@reading(permission=Permission.FINANCE_READ)
async def read_settlement_change(work: Work, query: ReadSettlementChange) -> SettlementChange:
    """Return a wish, or where the money goes by the last that was granted.

    Raises NotFound `payees.not_found`, `enrolments.no_settlement`; Refusal `payees.not_bound`.
    """
    payee = await access_bound(work.db, query.merchant_id, query.mchid, Scope.BILLS, Scope.FUNDS)
    found = await store.find_change(work.db, payee.merchant_id, query.change_id)
    if found is None:
        raise NotFound("enrolments.no_settlement")
    return found


async def verify_settlement(work: Work, timer: Timer) -> None:
    """Grant a wish whose account can be one, and is the merchant's own.

    A provider may move a merchant's money to another account, but not to anybody else's.
    """
    found = await store.lock_change(work.db, int(timer.data), timer.subject)
    if found is None or found[0].state is not ChangeState.AUDITING:
        return
    one, sealed = found
    name, number, is_seen = msgspec.json.decode(
        PORTS.seal.open(sealed, _label(one.change_id)), type=tuple[str, str, bool]
    )
    if not (number.isascii() and number.isdigit() and _digits_min <= len(number) <= _digits_max):
        await store.decide_change(work.db, one, ChangeState.FAILED, "银行账号有误", work.now)
        return
    own, *others = await _list_names(work, one.merchant_id)
    if name and not is_seen and name not in {own, *others}:
        await store.decide_change(
            work.db, one, ChangeState.FAILED, "账户名称与商户名称不一致", work.now
        )
        return
    command = SetBankAccount(merchant_id=one.merchant_id, name=name or own, number=number)
    await set_bank_account(work, command)
    await store.decide_change(work.db, one, ChangeState.DONE, "", work.now)


async def _list_names(work: Work, merchant_id: MerchantId) -> list[str]:
    """What may stand on an account: the merchant's name, and that on its account of now."""
    merchants = await find_merchants(work.db, [merchant_id])
    held = await read_bank_account(work, ReadBankAccount(merchant_id=merchant_id))
    names = [merchants[merchant_id].name]
    return names if held.account is None else [*names, held.account.name]


async def wish(
    work: Work,
    merchant_id: MerchantId,
    provider_id: MerchantId,
    account: Account,
    *,
    is_seen: bool = False,
) -> SettlementChange:
    """Have an account looked at, where a merchant's money is to go.

    `is_seen` when an operator has seen by papers whose it is.
    """
    change_id = ChangeId(work.ids.next())
    number = account.number.replace(" ", "")
    one = SettlementChange(
        merchant_id=merchant_id,
        change_id=change_id,
        provider_id=provider_id,
        kind=account.kind,
        bank=account.bank,
        branch=account.branch,
        branch_id=account.branch_id,
        number_shown=_mask(number),
        state=ChangeState.AUDITING,
        fail_reason="",
        asked_at=work.now,
        decided_at=None,
    )
    letter = msgspec.json.encode([account.name, number, is_seen]).decode()
    await store.insert_change(work.db, one, PORTS.seal.close(letter, _label(change_id)))
    data = b"%d" % merchant_id
    work.later("enrolments.verify", change_id, work.now + _verified_after, data)
    return one


def _mask(number: str) -> str:
    hidden = max(0, len(number) - _shown_first - _shown_last)
    return number[:_shown_first] + "*" * hidden + number[_shown_first + hidden :]


def _label(change_id: ChangeId) -> str:
    return f"settlement {int(change_id)}"
