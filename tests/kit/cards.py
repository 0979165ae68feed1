"""Cards as programs make them, and people who take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from banyan.commerce.cards import (
    CardFace,
    CardKind,
    CardStatus,
    CardTerms,
    ChangeStock,
    CodeMode,
    CreateCard,
    DepositCodes,
    ReadCard,
    TakeCard,
    Taken,
    change_stock,
    create_card,
    deposit_codes,
    read_card,
    take_cards,
)
from banyan.commerce.coupons import CampaignId
from banyan.reach.channels import (
    ChannelId,
    ChannelKind,
    CreateChannel,
    ListChannels,
    create_channel,
    list_channels,
)
from tests.kit.world import World


def base_info(world: World, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """What all cards have, good for thirty days."""
    now = int(world.now.timestamp())
    return {
        "logo_url": "http://mmbiz.qpic.cn/mmbiz/logo/0",
        "brand_name": "榕树茶馆",
        "code_type": "CODE_TYPE_QRCODE",
        "title": "满三十减五元",
        "color": "Color010",
        "notice": "请出示二维码",
        "service_phone": "020-88888888",
        "description": "不可与其他优惠同享",
        "date_info": {
            "type": "DATE_TYPE_FIX_TIME_RANGE",
            "begin_timestamp": now - 60,
            "end_timestamp": now + 30 * 86_400,
        },
        "sku": {"quantity": 100},
        "get_limit": 3,
        "location_id_list": [123],
        **changes,
    }


def cash(world: World, quantity: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """A card that takes five yuan off thirty."""
    base = base_info(world, **({"sku": {"quantity": quantity}} | changes))
    return {
        "card": {
            "card_type": "CASH",
            "cash": {"base_info": base, "least_cost": 3000, "reduce_cost": 500},
        }
    }


def member(world: World, quantity: int = 100, **own: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """A member card with points."""
    base = base_info(
        world,
        sku={"quantity": quantity},
        title="榕树会员卡",
        date_info={"type": "DATE_TYPE_PERMANENT"},
        get_limit=1,
    )
    given = {
        "base_info": base,
        "supply_bonus": True,
        "supply_balance": False,
        "prerogative": "积分换茶",
    }
    return {"card": {"card_type": "MEMBER_CARD", "member_card": {**given, **own}}}


async def take(world: World, name: str, card_id: str, outer_str: str = "") -> Taken:
    """Have somebody, added if need be, take a card."""
    actor = await world.person(name)
    return await world.office.run(take_cards, TakeCard(ref=card_id, outer_str=outer_str), actor)


@dataclass(frozen=True)
class Offered:
    """A card of the world's merchant."""

    ref: str
    channel_id: ChannelId
    campaign_id: CampaignId
    is_verified: bool


async def offer_card(  # noqa: PLR0913 - any of them may be said
    world: World,
    kind: CardKind,
    *,
    quantity: int = 100,
    get_limit: int = 3,
    mode: CodeMode = CodeMode.OURS,
    codes: Sequence[str] = (),
    description: str = "",
    is_claimable: bool = False,
    tells_views: bool = False,
) -> Offered:
    """Make a card of the world's merchant, of its account, made if need be."""
    if not world.merchant_id:
        await world.merchant()
    channel = await _channel(world)
    made = await world.office.run(
        create_card,
        CreateCard(
            merchant_id=world.merchant_id,
            channel_id=channel,
            kind=kind,
            face=CardFace(title="五元券", brand_name="榕树茶馆", description=description),
            terms=CardTerms(code_mode=mode, tells_views=tells_views),
            quantity=0 if codes else quantity,
            get_limit=get_limit,
            threshold_fen=3000 if kind is CardKind.CASH else 0,
            amount_off_fen=500 if kind is CardKind.CASH else 0,
            is_claimable=is_claimable,
        ),
        world.owner,
    )
    own: dict[str, Any] = {
        "merchant_id": world.merchant_id,
        "channel_id": channel,
        "ref": made.ref,
    }
    if codes:
        await world.office.run(deposit_codes, DepositCodes(**own, codes=list(codes)), world.owner)
        await world.office.run(change_stock, ChangeStock(**own, added=len(codes)), world.owner)
    card = (await world.office.run(read_card, ReadCard(**own), world.owner)).card
    is_verified = made.status is CardStatus.VERIFIED
    return Offered(made.ref, channel, card.campaign_id, is_verified)


async def _channel(world: World) -> ChannelId:
    known = await world.office.run(
        list_channels, ListChannels(merchant_id=world.merchant_id), world.owner
    )
    for one in known.items:
        return one.channel_id
    command = CreateChannel(
        merchant_id=world.merchant_id, kind=ChannelKind.SERVICE, name="榕树茶馆"
    )
    return (await world.office.run(create_channel, command, world.owner)).channel.channel_id
