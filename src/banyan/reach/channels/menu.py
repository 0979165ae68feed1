"""A channel's menu: written by its merchant, tapped by its followers."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import store
from banyan.reach.channels.access import access_account
from banyan.reach.channels.create_channel import lock_own
from banyan.reach.channels.follow import check_following
from banyan.reach.channels.hooks import HOOKS
from banyan.reach.channels.own_menus import MENUS
from banyan.reach.channels.rules import check_menu, list_actions
from banyan.reach.channels.texts import TEXTS, list_names
from banyan.reach.channels.types import (
    ButtonKind,
    Channel,
    ChannelId,
    LeafButton,
    MenuButton,
    MenuSet,
    MenuTapped,
)


class Menu(msgspec.Struct, frozen=True, kw_only=True):
    """The buttons at the bottom of a channel's page."""

    buttons: list[MenuButton]


class SetMenu(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have this menu; without buttons there is none."""

    merchant_id: MerchantId
    channel_id: ChannelId
    buttons: Annotated[list[MenuButton], msgspec.Meta(max_length=10)]


class TapMenu(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tap a button: by its key, or by where it leads."""

    channel_id: ChannelId
    key: Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]


class Tapped(msgspec.Struct, frozen=True, kw_only=True):
    """What the tapped button does."""

    kind: ButtonKind
    url: str
    appid: str = ""
    """Of the mini program that it opens."""
    pagepath: str = ""


@single(permission=Permission.CHANNELS_WRITE)
async def set_menu(work: Work, command: SetMenu) -> Menu:
    """Write a channel's menu for all; without it there are none for some followers either.

    Raises NotFound `channels.not_found`; Invalid `channels.menu_size`,
    `channels.menu_name_length`, `channels.menu_kind_missing`, `channels.menu_field_missing`,
    `channels.menu_key_length`, `channels.menu_url_length`, `channels.link_malformed`; Refusal
    `moderation.refused`.
    """
    if command.buttons:
        check_menu(command.buttons)
    channel = await lock_own(work, command.merchant_id, command.channel_id)
    await TEXTS.check(work, channel, list_names(command.buttons))
    before = Menu(buttons=await store.find_menu(work.db, channel))
    after = Menu(buttons=command.buttons)
    await store.set_menu(work.db, channel, after.buttons, work.now)
    if not after.buttons:
        await MENUS.forget(work, channel)
    await note_change(
        work,
        merchant_id=channel.merchant_id,
        subject="channels.menu",
        subject_id=channel.channel_id,
        before=before,
        after=after,
    )
    work.record(
        MenuSet(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            buttons_count=len(after.buttons),
        )
    )
    return after


@single(permission=Permission.PERSON)
async def tap_menu(work: Work, command: TapMenu) -> Tapped:
    """Note that a follower tapped a button, and return what it does.

    Raises NotFound `channels.not_found`, `channels.no_such_button`; Refusal
    `channels.not_following`.
    """
    channel = await access_account(work.db, command.channel_id)
    person_id = work.actor.person_id
    follower = check_following(await store.find_follower(work.db, channel.channel_id, person_id))
    button = await access_button(work, channel, command.key)
    tapped = MenuTapped(
        merchant_id=int(channel.merchant_id),
        person_id=person_id,
        channel_id=int(channel.channel_id),
        openid=follower.openid,
        button_kind=_kind_of(button),
        key=button.pagepath if button.kind is ButtonKind.MINIPROGRAM else command.key,
    )
    await HOOKS.tell(work, channel, tapped)
    return Tapped(
        kind=_kind_of(button), url=button.url, appid=button.appid, pagepath=button.pagepath
    )


async def access_button(work: Work, channel: Channel, key: str) -> MenuButton | LeafButton:
    """Return a button of the menu that the person who asks sees.

    Raises NotFound `channels.no_such_button`.
    """
    actions = list_actions(await MENUS.find(work, channel, work.actor.person_id))
    button = next((one for one in actions if key in {one.key, one.url}), None)
    if button is None:
        raise NotFound("channels.no_such_button")
    return button


def _kind_of(button: MenuButton | LeafButton) -> ButtonKind:
    assert button.kind is not None, "a button without a kind opens others"
    return button.kind
