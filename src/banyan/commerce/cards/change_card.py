"""Changes and deletes cards, and how many of one there are."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.books.work import Permission, Work, single
from banyan.commerce.cards import store
from banyan.commerce.cards.access import access_card
from banyan.commerce.cards.accounts import note_moved
from banyan.commerce.cards.check_card import Extra, check_card, check_extra, note_audit
from banyan.commerce.cards.make_card import Instant
from banyan.commerce.cards.read_cards import report_on
from banyan.commerce.cards.rules import (
    check_face,
    check_terms,
    needs_check,
)
from banyan.commerce.cards.types import (
    Card,
    CardChanged,
    CardDeleted,
    CardFace,
    CardRef,
    CardStatus,
    CardTerms,
    CodeMode,
    SelfUse,
    TransferCode,
)
from banyan.commerce.coupons import (
    ChangeCampaign,
    CloseCampaign,
    change_campaign,
    close_campaign,
    find_campaigns,
    move_budget,
)
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId


class ChangeCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change what is given here."""

    merchant_id: MerchantId
    channel_id: ChannelId
    ref: CardRef
    face: CardFace | None = None
    terms: CardTerms | None = None
    extra: Extra | None = None
    get_limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] | None = None
    valid_until: Instant | None = None
    self_use: SelfUse | None = None
    has_pay_cell: bool | None = None
    is_claimable: bool | None = None


class ChangeStock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have so many more of a card, or fewer."""

    merchant_id: MerchantId
    channel_id: ChannelId
    ref: CardRef
    added: Annotated[int, msgspec.Meta(ge=-100_000_000, le=100_000_000)]


class DeleteCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a card out no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    ref: CardRef


class CardChange(msgspec.Struct, frozen=True, kw_only=True):
    """How far a changed card is, and whether it is looked through again."""

    status: CardStatus
    is_checked_again: bool


@single(permission=Permission.COUPONS_WRITE)
async def change_card(work: Work, command: ChangeCard) -> CardChange:
    """Change a card; other words or another picture are looked through before it is given again.

    Its end may only move later, as that of its coupons.

    Raises NotFound `cards.not_found`; Invalid as `create_card`; Refusal `coupons.end_only_later`.
    """
    before = await _lock_own(work, command)
    given = {
        name: value
        for name in ("face", "terms", "extra", "self_use", "has_pay_cell", "get_limit")
        if (value := getattr(command, name)) is not None
    }
    after = msgspec.structs.replace(before, **given, changed_at=work.now)
    check_face(after.face)
    check_terms(after.kind, after.terms)
    check_extra(after.extra)
    if after.terms.code_mode is not before.terms.code_mode:
        raise Invalid("cards.code_mode_stays")
    is_checked_again = needs_check(before.face, after.face)
    if after.kind.is_member:
        after = msgspec.structs.replace(after, valid_until=command.valid_until or after.valid_until)
    else:
        await _change_campaign(work, after, command)
    if is_checked_again:
        after = msgspec.structs.replace(after, status=CardStatus.CHECKING, reason="")
    await store.set_card(work.db, after)
    await note_audit(work, before, after)
    work.record(
        CardChanged(
            merchant_id=int(after.merchant_id),
            channel_id=int(after.channel_id),
            subject_id=int(after.card_id),
        )
    )
    status = await check_card(work, after) if is_checked_again else after.status
    return CardChange(status=status, is_checked_again=is_checked_again)


@single(permission=Permission.COUPONS_WRITE)
async def change_stock(work: Work, command: ChangeStock) -> None:
    """Put more of a card into its pool, or take some out that nobody has taken.

    Raises NotFound `cards.not_found`; Refusal `coupons.fewer_left`, and `cards.too_few_codes` when
    more would be given out than codes are deposited.
    """
    before = await _lock_own(work, command)
    if before.terms.code_mode is CodeMode.DEPOSITED and command.added > 0:
        report = await report_on(work, before)
        if report.stock.left + command.added > await store.count_deposits(work.db, before):
            raise Invalid("cards.too_few_codes")
    if not before.kind.is_member:
        await move_budget(work, before.merchant_id, before.campaign_id, command.added)
        return
    if before.budget + command.added < 0:
        raise Invalid("cards.stock_negative")
    after = msgspec.structs.replace(before, budget=before.budget + command.added)
    await store.set_card(work.db, after)
    code = TransferCode.FUNDED if command.added > 0 else TransferCode.UNFUNDED
    note_moved(work, after, code, abs(command.added))


@single(permission=Permission.COUPONS_WRITE)
async def delete_card(work: Work, command: DeleteCard) -> None:
    """Give a card out no more; those in hands stay good. Raises NotFound `cards.not_found`."""
    before = await _lock_own(work, command)
    after = msgspec.structs.replace(before, status=CardStatus.DELETED, changed_at=work.now)
    await store.set_card(work.db, after)
    if not before.kind.is_member:
        key = (int(before.merchant_id), int(before.campaign_id))
        campaign = (await find_campaigns(work.db, [key]))[key]
        if campaign.closed_at is None:
            closing = CloseCampaign(
                merchant_id=MerchantId(before.merchant_id), campaign_id=before.campaign_id
            )
            await close_campaign(work, closing)
    await note_audit(work, before, after)
    work.record(
        CardDeleted(
            merchant_id=int(after.merchant_id),
            channel_id=int(after.channel_id),
            subject_id=int(after.card_id),
        )
    )


async def _change_campaign(work: Work, card: Card, command: ChangeCard) -> None:
    changing = ChangeCampaign(
        merchant_id=command.merchant_id,
        campaign_id=card.campaign_id,
        name=card.face.title,
        valid_until=command.valid_until,
        per_person_limit=command.get_limit,
        is_claimable=command.is_claimable,
    )
    await change_campaign(work, changing)


async def _lock_own(work: Work, command: ChangeCard | ChangeStock | DeleteCard) -> Card:
    return await access_card(
        work.db,
        command.ref,
        merchant_id=command.merchant_id,
        channel_id=command.channel_id,
        is_locked=True,
    )
