"""Adds menus that only some followers see, and deletes them."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import (
    TEXTS,
    Channel,
    ChannelId,
    MenuButton,
    SetMenu,
    access_own,
    check_menu,
    find_own_menu,
    list_names,
    set_menu,
)
from banyan.reach.menus import store
from banyan.reach.menus.rules import MENUS_MAX, check_domains, check_rule
from banyan.reach.menus.types import (
    DEFAULT_NUMBER,
    ConditionalMenu,
    MenuAdded,
    MenusDeleted,
    Rule,
)


class AddMenu(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have another menu for those whom the rule names."""

    merchant_id: MerchantId
    channel_id: ChannelId
    buttons: Annotated[list[MenuButton], msgspec.Meta(max_length=10)]
    rule: Rule


class DeleteMenu(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have one of the menus for some followers no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    menu_number: Annotated[int, msgspec.Meta(ge=0, lt=2**62)]


class DeleteMenus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have no menu at all."""

    merchant_id: MerchantId
    channel_id: ChannelId


@single(permission=Permission.CHANNELS_WRITE)
async def add_menu(work: Work, command: AddMenu) -> ConditionalMenu:
    """Add a menu for some followers; the newest that fits a person is the one they see.

    Raises Invalid as `set_menu` does, `menus.rule_empty`, `menus.country_missing`,
    `menus.province_missing`; NotFound `channels.not_found`; Refusal `menus.no_default`,
    `menus.too_many`, `menus.too_many_domains`, `moderation.refused`.
    """
    check_rule(command.rule)
    check_menu(command.buttons)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if not await find_own_menu(work.db, channel):
        raise Refusal("menus.no_default")
    await TEXTS.check(work, channel, list_names(command.buttons))
    number = await store.take_number(work.db, channel.channel_id, DEFAULT_NUMBER)
    known = await store.list_menus(work.db, channel.channel_id, MENUS_MAX)
    if len(known) >= MENUS_MAX:
        raise Refusal("menus.too_many", menus_max=MENUS_MAX)
    check_domains([command.buttons, *(one.buttons for one in known)])
    await store.insert_menu(
        work.db, channel.channel_id, number, command.buttons, command.rule, work.now
    )
    work.record(
        MenuAdded(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            menu_number=number,
        )
    )
    return ConditionalMenu(
        menu_number=number, buttons=command.buttons, rule=command.rule, created_at=work.now
    )


@single(permission=Permission.CHANNELS_WRITE)
async def delete_menu(work: Work, command: DeleteMenu) -> None:
    """Delete a menu for some followers. Raises NotFound `channels.not_found`, `menus.not_found`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if not await _delete(work, channel, command.menu_number):
        raise NotFound("menus.not_found")


@single(permission=Permission.CHANNELS_WRITE)
async def delete_menus(work: Work, command: DeleteMenus) -> None:
    """Delete the menu for all, and those for some with it. Raises NotFound `channels.not_found`."""
    empty = SetMenu(merchant_id=command.merchant_id, channel_id=command.channel_id, buttons=[])
    await set_menu(work, empty)


async def forget_menus(work: Work, channel: Channel) -> None:
    """Delete an account's menus for some: it has none for all any more."""
    await _delete(work, channel, None)


async def _delete(work: Work, channel: Channel, menu_number: int | None) -> int:
    count = await store.delete_menus(work.db, channel.channel_id, menu_number)
    if count:
        work.record(
            MenusDeleted(
                merchant_id=int(channel.merchant_id),
                channel_id=int(channel.channel_id),
                count=count,
            )
        )
    return count
