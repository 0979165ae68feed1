"""Mandates as merchants see them: asked for, found and ended."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.secret import new_token
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import PersonId
from banyan.parties.merchants import MerchantId
from banyan.pay.scores import store
from banyan.pay.scores.keep_schemes import access_scheme
from banyan.pay.scores.rules import check_open
from banyan.pay.scores.telling import tell_mandate
from banyan.pay.scores.types import (
    Long,
    Mandate,
    MandateClosed,
    MandateCode,
    MandateId,
    MandateState,
    NewCode,
    SchemeId,
    Why,
)


class AskMandate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask somebody, through one of my apps, to let a scheme begin orders without asking."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    channel_id: Id
    code: NewCode
    notify_url: Long = ""


class FindMandate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mandate of this name; or, without one, what this person gave to the scheme."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    code: MandateCode = ""
    person_id: PersonId = PersonId(0)


class EndMandate(FindMandate, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End a mandate."""

    why: Why


@single(permission=Permission.ORDERS_TAKE)
async def ask_mandate(work: Work, command: AskMandate) -> Mandate:
    """Have a page on which somebody may let the scheme begin orders; the same one if asked again.

    Raises NotFound `scores.no_such_scheme`; Refusal `scores.scheme_closed`,
    `scores.mandate_taken`.
    """
    scheme = await access_scheme(work, command.merchant_id, command.scheme_id)
    check_open(scheme)
    mandate = Mandate(
        merchant_id=Id(command.merchant_id),
        mandate_id=MandateId(work.ids.next()),
        scheme_id=command.scheme_id,
        code=command.code,
        channel_id=command.channel_id,
        person_id=Id(0),
        openid="",
        state=MandateState.ASKED,
        token=new_token("sm"),
        notify_url=command.notify_url,
        asked_at=work.now,
    )
    if await store.insert_mandate(work.db, mandate):
        return mandate
    known = await store.find_mandate_by_code(work.db, command.merchant_id, command.code)
    assert known is not None, "it stood in the way"
    is_same = (known.scheme_id, known.channel_id) == (command.scheme_id, command.channel_id)
    if not is_same or known.state is not MandateState.ASKED:
        raise Refusal("scores.mandate_taken")
    return known


@reading(permission=Permission.ORDERS_READ)
async def find_mandate(work: Work, query: FindMandate) -> Mandate:
    """Return a mandate, whether it holds or not. Raises NotFound `scores.no_such_mandate`."""
    merchant_id = query.merchant_id
    if query.code:
        found = await store.find_mandate_by_code(work.db, merchant_id, query.code)
    else:
        found = await store.find_last_mandate(
            work.db, merchant_id, query.scheme_id, query.person_id
        )
    if found is None or found.scheme_id != query.scheme_id:
        raise NotFound("scores.no_such_mandate")
    return found


@single(permission=Permission.ORDERS_TAKE)
async def end_mandate(work: Work, command: EndMandate) -> Mandate:
    """End a mandate for the merchant.

    Raises NotFound `scores.no_such_mandate`; Refusal `scores.mandate_not_given`.
    """
    merchant_id = command.merchant_id
    if command.code:
        found = await store.find_mandate_by_code(work.db, merchant_id, command.code, is_locked=True)
    else:
        found = await store.lock_given(work.db, merchant_id, command.scheme_id, command.person_id)
    if found is None or found.scheme_id != command.scheme_id:
        raise NotFound("scores.no_such_mandate")
    if found.state is not MandateState.GIVEN:
        raise Refusal("scores.mandate_not_given")
    return await close(work, found, command.why)


async def close(work: Work, mandate: Mandate, why: str) -> Mandate:
    """Write that a locked mandate holds no more, and tell the merchant."""
    closed = msgspec.structs.replace(
        mandate, state=MandateState.CLOSED, closed_at=work.now, why=why
    )
    await store.set_mandate(work.db, closed)
    await tell_mandate(work, closed, "scores.mandate_closed")
    work.record(
        MandateClosed(
            merchant_id=closed.merchant_id,
            person_id=closed.person_id,
            channel_id=closed.channel_id,
            subject_id=closed.mandate_id,
            scheme_id=closed.scheme_id,
            why=why,
        )
    )
    return closed
