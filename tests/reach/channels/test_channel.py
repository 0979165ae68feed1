"""Official accounts: made, changed, found by their programs, and their menus tapped."""

import re

import pytest

from banyan.base import json
from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import NOBODY
from banyan.parties.audit import ListAudit, list_audit
from banyan.parties.merchants import MerchantId
from banyan.parties.staff import Role
from banyan.reach.channels import (
    ButtonKind,
    ChangeChannel,
    ChannelKind,
    CreateChannel,
    LeafButton,
    ListChannels,
    MenuButton,
    ReadChannel,
    ReadChannelPage,
    RenewSecret,
    SetMenu,
    TapMenu,
    access_by_appid,
    access_by_secret,
    change_channel,
    create_channel,
    find_main,
    list_channels,
    read_channel,
    read_channel_page,
    renew_secret,
    set_menu,
    tap_menu,
)
from tests.kit.loyalty import follow_as, open_channel
from tests.kit.world import World

MENU = [
    MenuButton(name="点单", kind=ButtonKind.VIEW, url="/m/1"),
    MenuButton(
        name="更多",
        buttons=[LeafButton(name="今日推荐", kind=ButtonKind.CLICK, key="today")],
    ),
]


async def test_an_account_has_the_names_that_programs_expect(world: World) -> None:
    await world.merchant()
    start = await world.mark()
    command = CreateChannel(merchant_id=world.merchant_id, name="榕树茶馆")
    made = await world.office.run(create_channel, command, world.owner)
    assert re.fullmatch(r"wx[0-9a-f]{16}", made.channel.appid)
    assert re.fullmatch(r"gh_[0-9a-f]{12}", made.channel.original_id)
    assert re.fullmatch(r"[0-9a-f]{32}", made.secret)
    assert await world.events(start) == ["channels.created"]
    async with world.office.begin() as work:
        found = await access_by_secret(work.db, made.channel.appid, made.secret)
        assert found == made.channel == await access_by_appid(work.db, made.channel.appid)
        with pytest.raises(Refusal, match="wrong_secret"):
            await access_by_secret(work.db, made.channel.appid, "0" * 32)
        with pytest.raises(NotFound, match=r"channels\.not_found"):
            await access_by_secret(work.db, "wx0000000000000000", made.secret)
        with pytest.raises(NotFound, match=r"channels\.not_found"):
            await access_by_appid(work.db, "wx0000000000000000")


async def test_a_renewed_secret_replaces_the_old_one_and_is_kept_nowhere(world: World) -> None:
    await world.merchant()
    command = CreateChannel(merchant_id=world.merchant_id, name="榕树茶馆")
    made = await world.office.run(create_channel, command, world.owner)
    appid = made.channel.appid
    renew = RenewSecret(merchant_id=world.merchant_id, channel_id=made.channel.channel_id)
    renewed = await world.office.run(renew_secret, renew, world.owner, key="once")
    with pytest.raises(Refusal, match=r"answers\.not_repeated"):
        await world.office.run(renew_secret, renew, world.owner, key="once")
    async with world.office.begin() as work:
        await access_by_secret(work.db, appid, renewed.secret)
        with pytest.raises(Refusal, match="wrong_secret"):
            await access_by_secret(work.db, appid, made.secret)
    entries = await world.office.run(
        list_audit, ListAudit(merchant_id=world.merchant_id, limit=100), world.owner
    )
    assert [one.subject for one in entries.items if one.subject.startswith("channels.")] == [
        "channels.secret",
        "channels.channel",
    ]
    kept = json.encode(entries).decode()
    assert made.secret not in kept
    assert renewed.secret not in kept


async def test_the_oldest_service_account_is_the_main_one(world: World) -> None:
    await world.merchant()
    first = await open_channel(world, ChannelKind.SUBSCRIPTION, name="茶报")
    async with world.office.begin() as work:
        assert await find_main(work.db, world.merchant_id) == first.channel_id
    main = await open_channel(world, name="服务")
    await open_channel(world, name="二号")
    async with world.office.begin() as work:
        assert await find_main(work.db, world.merchant_id) == main.channel_id
    query = ListChannels(merchant_id=world.merchant_id)
    listed = await world.office.run(list_channels, query, world.owner)
    assert [one.name for one in listed.items] == ["服务", "二号", "茶报"]


async def test_name_and_welcome_can_change(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    command = ChangeChannel(
        merchant_id=world.merchant_id, channel_id=channel.channel_id, welcome_text="你好"
    )
    changed = await world.office.run(change_channel, command, world.owner)
    assert (changed.name, changed.welcome_text) == (channel.name, "你好")
    query = ReadChannel(merchant_id=world.merchant_id, channel_id=channel.channel_id)
    assert (await world.office.run(read_channel, query, world.owner)).channel == changed


async def test_a_menu_is_seen_by_all_and_tapped_by_followers(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    command = SetMenu(merchant_id=world.merchant_id, channel_id=channel.channel_id, buttons=MENU)
    await world.office.run(set_menu, command, world.owner)
    page = await world.office.run(
        read_channel_page, ReadChannelPage(channel_id=channel.channel_id), NOBODY
    )
    assert (page.menu, page.is_following) == (MENU, False)
    lin = await world.person("lin")
    tap = TapMenu(channel_id=channel.channel_id, key="today")
    with pytest.raises(Refusal, match="not_following"):
        await world.office.run(tap_menu, tap, lin)
    await follow_as(world, lin, channel.channel_id)
    start = await world.mark()
    assert (await world.office.run(tap_menu, tap, lin)).kind is ButtonKind.CLICK
    view = await world.office.run(tap_menu, TapMenu(channel_id=channel.channel_id, key="/m/1"), lin)
    assert (view.kind, view.url) == (ButtonKind.VIEW, "/m/1")
    with pytest.raises(NotFound, match="no_such_button"):
        await world.office.run(tap_menu, TapMenu(channel_id=channel.channel_id, key="x"), lin)
    assert await world.events(start) == ["channels.menu_tapped", "channels.menu_tapped"]


async def test_a_bad_menu_changes_nothing_and_an_empty_one_is_none(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)

    def wish(buttons: list[MenuButton]) -> SetMenu:
        return SetMenu(
            merchant_id=world.merchant_id, channel_id=channel.channel_id, buttons=buttons
        )

    await world.office.run(set_menu, wish(MENU), world.owner)
    with pytest.raises(Invalid, match="menu_size"):
        await world.office.run(set_menu, wish(MENU * 2), world.owner)
    query = ReadChannel(merchant_id=world.merchant_id, channel_id=channel.channel_id)
    assert (await world.office.run(read_channel, query, world.owner)).menu == MENU
    await world.office.run(set_menu, wish([]), world.owner)
    assert (await world.office.run(read_channel, query, world.owner)).menu == []


async def test_others_find_no_account_of_ours(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    there = await world.merchant("别家", owner="wu")
    query = ReadChannel(merchant_id=there, channel_id=channel.channel_id)
    with pytest.raises(NotFound, match=r"channels\.not_found"):
        await world.office.run(read_channel, query, world.as_person("wu"))
    renew = RenewSecret(merchant_id=there, channel_id=channel.channel_id)
    with pytest.raises(NotFound, match=r"channels\.not_found"):
        await world.office.run(renew_secret, renew, world.as_person("wu"))
    ours = RenewSecret(merchant_id=world.merchant_id, channel_id=channel.channel_id)
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(renew_secret, ours, world.as_person("wu"))
    clerk = await world.staff("hao", Role.CASHIER)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(renew_secret, ours, clerk)
    with pytest.raises(NotFound):
        await world.office.run(
            read_channel,
            ReadChannel(merchant_id=MerchantId(3), channel_id=channel.channel_id),
            clerk,
        )
