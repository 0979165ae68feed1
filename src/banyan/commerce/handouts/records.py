"""How rows of this room become its structs."""

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.commerce.cards import CardId, render_ref
from banyan.commerce.handouts.rules import render_ticket, render_token
from banyan.commerce.handouts.types import (
    PayRule,
    RuleId,
    Shelf,
    ShelfId,
    ShelfItem,
    ShelfKind,
)
from banyan.reach.channels import ChannelId


def shelf_of(row: asyncpg.Record) -> Shelf:
    """Return what offers cards."""
    token = render_token(row["merchant_id"], row["shelf_id"], row["chance"])
    return Shelf(
        merchant_id=Id(row["merchant_id"]),
        shelf_id=ShelfId(row["shelf_id"]),
        channel_id=ChannelId(row["channel_id"]),
        kind=ShelfKind(row["kind"]),
        token=token,
        ticket=render_ticket(token),
        items=msgspec.convert(row["items"], list[ShelfItem]),
        title=row["title"],
        banner_url=row["banner_url"],
        scene=row["scene"],
        may_share=row["may_share"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )


def rule_of(row: asyncpg.Record) -> PayRule:
    """Return a rule."""
    return PayRule(
        merchant_id=Id(row["merchant_id"]),
        rule_id=RuleId(row["rule_id"]),
        channel_id=ChannelId(row["channel_id"]),
        card_id=CardId(row["card_id"]),
        ref=render_ref(row["merchant_id"], row["card_id"]),
        is_member=row["is_member"],
        cost_min_fen=row["cost_min_fen"],
        cost_max_fen=row["cost_max_fen"],
        begins_at=row["begins_at"],
        ends_at=row["ends_at"],
        jump_url=row["jump_url"],
        created_at=row["created_at"],
        deleted_at=row["deleted_at"],
    )
