"""Makes cards."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.ids import Id
from banyan.base.money import BasisPoints, Fen
from banyan.books.work import Permission, Work, single
from banyan.commerce.cards import store
from banyan.commerce.cards.accounts import note_moved, open_accounts
from banyan.commerce.cards.check_card import Extra, check_card, check_extra, note_audit
from banyan.commerce.cards.rules import (
    COUPON_KINDS,
    check_face,
    check_terms,
    render_ref,
)
from banyan.commerce.cards.types import (
    Card,
    CardCreated,
    CardFace,
    CardId,
    CardKind,
    CardStatus,
    CardTerms,
    CodeMode,
    TransferCode,
)
from banyan.commerce.coupons import (
    CampaignId,
    CouponKind,
    CreateCampaign,
    create_campaign,
)
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own

LASTING = timedelta(days=3_600)
"""How long the coupons of a card last that names no end."""


Instant = Annotated[datetime, msgspec.Meta(tz=True)]


Days = Annotated[int, msgspec.Meta(ge=0, le=3_600)]


Count = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]


class CreateCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make a card: the face of coupons that begin with it, or of the membership."""

    merchant_id: MerchantId
    channel_id: ChannelId
    kind: CardKind
    face: CardFace
    terms: CardTerms = CardTerms()
    quantity: Count
    get_limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 50
    usable_from: Instant | None = None
    valid_until: Instant | None = None
    valid_days: Days = 0
    wait_days: Days = 0
    threshold_fen: Fen = 0
    amount_off_fen: Fen = 0
    percent_bp: BasisPoints = 0
    is_claimable: bool = False
    """Members find it among the shop's offers."""
    extra: Extra = {}
    is_from_program: bool = False


class MadeCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card that was made, and how far it is."""

    ref: str
    status: CardStatus


@single(permission=Permission.COUPONS_WRITE)
async def create_card(work: Work, command: CreateCard) -> MadeCard:
    """Make a card and have it looked through; with it begins the campaign of its coupons.

    Raises NotFound `channels.not_found`; Invalid `cards.unknown_color`, `cards.terms_of_members`,
    `cards.extra_too_large`, and what `create_campaign` raises.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    check_face(command.face)
    check_terms(command.kind, command.terms)
    check_extra(command.extra)
    if command.terms.code_mode is CodeMode.DEPOSITED and command.quantity:
        raise Invalid("cards.deposit_first")
    campaign_id = CampaignId(0)
    if not command.kind.is_member:
        made = await create_campaign(work, _campaign(command, work.now))
        campaign_id = made.campaign_id
    card = Card(
        merchant_id=Id(command.merchant_id),
        card_id=CardId(work.ids.next()),
        channel_id=channel.channel_id,
        kind=command.kind,
        campaign_id=campaign_id,
        status=CardStatus.CHECKING,
        face=command.face,
        terms=command.terms,
        extra=command.extra,
        is_from_program=command.is_from_program,
        valid_until=command.valid_until if command.kind.is_member else None,
        valid_days=command.valid_days if command.kind.is_member else 0,
        budget=command.quantity if command.kind.is_member else 0,
        get_limit=command.get_limit,
        created_at=work.now,
        changed_at=work.now,
    )
    await store.insert_card(work.db, card)
    if card.kind.is_member:
        open_accounts(work, card)
        note_moved(work, card, TransferCode.FUNDED, card.budget)
    work.record(
        CardCreated(
            merchant_id=int(card.merchant_id),
            channel_id=int(card.channel_id),
            subject_id=int(card.card_id),
            card_kind=card.kind,
        )
    )
    await note_audit(work, None, card)
    status = await check_card(work, card)
    return MadeCard(ref=render_ref(card.merchant_id, card.card_id), status=status)


def _campaign(command: CreateCard, now: datetime) -> CreateCampaign:
    return CreateCampaign(
        merchant_id=command.merchant_id,
        name=command.face.title,
        kind=COUPON_KINDS.get(command.kind, CouponKind.VOUCHER),
        threshold_fen=command.threshold_fen,
        amount_off_fen=command.amount_off_fen,
        percent_bp=command.percent_bp,
        budget=command.quantity,
        per_person_limit=command.get_limit,
        valid_until=command.valid_until or now + LASTING,
        valid_days=command.valid_days,
        wait_days=command.wait_days,
        usable_from=command.usable_from,
        is_claimable=command.is_claimable,
    )
