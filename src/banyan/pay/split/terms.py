"""How much a merchant may share, and where its server is told of what it gets."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.pay.split import store
from banyan.pay.split.accounts import check_acting
from banyan.pay.split.types import WHOLE_BP, ShareTerms


class SetShareRatio(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Agree on how much of its charges a merchant may share."""

    merchant_id: MerchantId
    ratio_bp: Annotated[int, msgspec.Meta(ge=0, le=WHOLE_BP)]


class SetShareUrl(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say where one's server is told of shares that one gets."""

    merchant_id: MerchantId
    notify_url: Annotated[str, msgspec.Meta(max_length=256, pattern=LINE)]


class ReadShareTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what was agreed with a merchant, asked by itself or its provider."""

    merchant_id: MerchantId
    payee_id: MerchantId = MerchantId(0)


@single(permission=Permission.OPERATOR)
async def set_share_ratio(work: Work, command: SetShareRatio) -> ShareTerms:
    """Write how much of each charge may be shared from now on."""
    before = await terms_of(work, command.merchant_id)
    await store.set_ratio(work.db, command.merchant_id, command.ratio_bp)
    after = msgspec.structs.replace(before, ratio_bp=command.ratio_bp)
    await _note(work, before, after)
    return after


@single(permission=Permission.FINANCE_WRITE)
async def set_share_url(work: Work, command: SetShareUrl) -> ShareTerms:
    """Write where one's server is told; an empty text is nowhere.

    Raises Invalid `split.bad_url`.
    """
    if command.notify_url and not command.notify_url.startswith(("http://", "https://")):
        raise Invalid("split.bad_url")
    before = await terms_of(work, command.merchant_id)
    after = msgspec.structs.replace(before, notify_url=command.notify_url)
    await store.set_url(work.db, after)
    await _note(work, before, after)
    return after


@reading(permission=Permission.FINANCE_READ)
async def read_share_terms(work: Work, query: ReadShareTerms) -> ShareTerms:
    """Return what was agreed. Raises Refusal `payees.not_bound`."""
    payee_id = query.payee_id or query.merchant_id
    await check_acting(work, query.merchant_id, payee_id)
    return await terms_of(work, payee_id)


async def terms_of(work: Work, merchant_id: int) -> ShareTerms:
    """What was agreed with a merchant, or what holds where nothing was."""
    found = (await store.find_terms(work.db, [int(merchant_id)])).get(int(merchant_id))
    return found or ShareTerms(merchant_id=MerchantId(merchant_id))


async def _note(work: Work, before: ShareTerms, after: ShareTerms) -> None:
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="split.terms",
        subject_id=after.merchant_id,
        before=before,
        after=after,
    )
