"""A merchant's side of statements: asks for one, gives one as a file, and tells the agreed fee."""

from datetime import date

import msgspec

from banyan.base.errors import Invalid
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import GatewayId, access_gateway
from banyan.pay.settle import CHINA
from banyan.pay.tallies import store
from banyan.pay.tallies.take_statements import take_in
from banyan.pay.tallies.types import Lines, RateBp, Source, Statement, StatementState


class AskStatement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: fetch the statement of a day, once more if it is there already."""

    merchant_id: MerchantId
    gateway_id: GatewayId
    day: date


class GiveStatement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: this is what the provider's statement of a day says."""

    merchant_id: MerchantId
    gateway_id: GatewayId
    day: date
    lines: Lines


class SetAgreedFee(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: the provider may keep so much of each payment; None if nobody is to compare it."""

    merchant_id: MerchantId
    gateway_id: GatewayId
    rate_bp: RateBp | None


class AgreedFee(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider may keep."""

    rate_bp: int | None


@single(permission=Permission.FINANCE_WRITE)
async def ask_statement(work: Work, command: AskStatement) -> Statement:
    """Have a statement fetched at once.

    Raises NotFound `gateways.not_set`; Invalid `tallies.day_not_over`.
    """
    gateway = await access_gateway(work.db, command.merchant_id, command.gateway_id)
    _check_day(work, command.day)
    wanted = store.Wanted(
        merchant_id=int(command.merchant_id),
        gateway_id=int(command.gateway_id),
        kind=gateway.kind,
        since=command.day,
        until=command.day,
    )
    return (await store.want_again(work.db, wanted, work.now)).statement


@single(permission=Permission.FINANCE_WRITE, is_answer_kept=False)
async def give_statement(work: Work, command: GiveStatement) -> Statement:
    """Take in a statement that a merchant has from the provider, in place of what was known.

    Raises NotFound `gateways.not_set`; Invalid `tallies.day_not_over`, `tallies.other_days`.
    """
    gateway = await access_gateway(work.db, command.merchant_id, command.gateway_id)
    _check_day(work, command.day)
    if any(line.at.astimezone(CHINA).date() != command.day for line in command.lines):
        raise Invalid("tallies.other_days", day=command.day.isoformat())
    kept = await store.lock_statement(work.db, command.merchant_id, command.gateway_id, command.day)
    before = kept.statement if kept else None
    if kept is None:
        empty = Statement(
            merchant_id=command.merchant_id,
            gateway_id=command.gateway_id,
            kind=gateway.kind,
            day=command.day,
            state=StatementState.WANTED,
            source=None,
            why="",
            line_count=0,
            changed_at=work.now,
        )
        kept = store.Kept(statement=empty)
    after = await take_in(work, kept, command.lines, Source.GIVEN)
    await note_change(
        work,
        merchant_id=command.merchant_id,
        subject="tallies.statement",
        subject_id=command.gateway_id,
        before=before,
        after=after,
    )
    return after


@single(permission=Permission.FINANCE_WRITE)
async def set_agreed_fee(work: Work, command: SetAgreedFee) -> AgreedFee:
    """Note what the provider may keep; statements are held against it from now on, old ones too.

    Raises NotFound `gateways.not_set`.
    """
    await access_gateway(work.db, command.merchant_id, command.gateway_id)
    before = await store.lock_rate(work.db, command.merchant_id, command.gateway_id)
    await store.set_rate(
        work.db, command.merchant_id, command.gateway_id, command.rate_bp, work.now
    )
    after = AgreedFee(rate_bp=command.rate_bp)
    await note_change(
        work,
        merchant_id=command.merchant_id,
        subject="tallies.fee",
        subject_id=command.gateway_id,
        before=AgreedFee(rate_bp=before),
        after=after,
    )
    return after


def _check_day(work: Work, day: date) -> None:
    if day >= work.now.astimezone(CHINA).date():
        raise Invalid("tallies.day_not_over", day=day.isoformat())
