"""Decides enrolments, and has those who answer for merchants sign them."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import MerchantId
from banyan.parties.merchants import OpenMerchant, open_merchant
from banyan.parties.people import find_phone_of
from banyan.pay.enrolments import store
from banyan.pay.enrolments.settlement import wish
from banyan.pay.enrolments.submit import digest_phone, move, open_letter
from banyan.pay.enrolments.types import (
    Enrolment,
    EnrolmentId,
    EnrolmentKind,
    EnrolmentState,
    Reason,
    Token,
)
from banyan.pay.payees import BindPayee, OpenPayee, Scope, access_payee, bind_payee, open_payee


class DecideEnrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Accept an enrolment, or say what must be mended."""

    provider_id: MerchantId
    enrolment_id: EnrolmentId
    reasons: Annotated[list[Reason], msgspec.Meta(max_length=50)] = []
    """None to accept."""


class ReadOfferedEnrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what a link asks me to sign."""

    token: Token


class SignEnrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sign: I answer for this merchant."""

    token: Token


@single(permission=Permission.OPERATOR)
async def decide_enrolment(work: Work, command: DecideEnrolment) -> Enrolment:
    """Write what was decided, and return the enrolment.

    Raises NotFound `enrolments.not_found`; Refusal `enrolments.ended`.
    """
    kept = await store.lock(work.db, command.provider_id, command.enrolment_id)
    if kept is None:
        raise NotFound("enrolments.not_found")
    if kept.enrolment.state is not EnrolmentState.AUDITING:
        raise Refusal("enrolments.ended")
    if command.reasons:
        reasons = list(command.reasons)
        return await move(work, kept.enrolment, EnrolmentState.REJECTED, reasons=reasons)
    return await move(work, kept.enrolment, EnrolmentState.SIGNING)


@reading(permission=Permission.PERSON)
async def read_offered_enrolment(work: Work, query: ReadOfferedEnrolment) -> Enrolment:
    """Return what the one who asks is to sign. Raises NotFound `enrolments.not_found`."""
    return (await _find_mine(work, query.token)).enrolment


@single(permission=Permission.PERSON)
async def sign_enrolment(work: Work, command: SignEnrolment) -> Enrolment:
    """Open the merchant with the one who signs as its owner, bound to the provider.

    Or, of merchants who are there already, note that it is known who they are. Signed again,
    nothing changes.

    Raises NotFound `enrolments.not_found` (also for whom it is not meant); Refusal
    `enrolments.not_ready`, `staff.too_many`.
    """
    mine = (await _find_mine(work, command.token)).enrolment
    locked = await store.lock(work.db, mine.merchant_id, mine.enrolment_id)
    assert locked is not None, "enrolments are never deleted"
    one = locked.enrolment
    if one.state is EnrolmentState.FINISHED:
        return one
    if one.state is not EnrolmentState.SIGNING:
        raise Refusal("enrolments.not_ready")
    if one.kind is EnrolmentKind.SUBJECT:
        return await move(work, one, EnrolmentState.FINISHED)
    merchant = await open_merchant(work, OpenMerchant(name=one.name))
    await open_payee(work, OpenPayee(merchant_id=merchant.merchant_id))
    provider = await access_payee(work.db, one.merchant_id)
    # Who was brought in by a provider has signed that it does everything for it.
    binding = BindPayee(
        merchant_id=merchant.merchant_id, provider_mchid=provider.mchid, scopes=list(Scope)
    )
    await bind_payee(work, binding)
    account = open_letter(locked.sealed.letter, one.enrolment_id).account
    if account is not None:
        await wish(work, merchant.merchant_id, one.merchant_id, account, is_seen=True)
    return await move(work, one, EnrolmentState.FINISHED, shop_id=merchant.merchant_id)


async def _find_mine(work: Work, token: str) -> store.Kept:
    kept = await store.find_by_token(work.db, token)
    phone = await find_phone_of(work.db, work.actor.person_id)
    if kept is None or not phone or digest_phone(phone) != kept.sealed.phone_digest:
        raise NotFound("enrolments.not_found")
    return kept
