"""A mini program on the phone: opened by a code, its pages, and what one may ask of it."""

from __future__ import annotations

from banyan.reach.channels import ButtonKind, MenuButton, set_menu
from banyan.reach.miniapps import change_visits, commit_code
from banyan.reach.templates import take_subscription
from tests.kit.miniapps import add_miniapp, add_template, bring_out, of_app
from tests.kit.pages import open_browser
from tests.kit.receiver import open_line
from tests.kit.talks import follower
from tests.kit.world import World


async def test_a_page_is_opened_with_what_the_code_said(world: World) -> None:
    channel = await add_miniapp(world)
    await bring_out(world, channel)
    async with open_browser(world, "lin") as phone:
        said = f"/m/{channel.appid}?p=pages/tea/tea&s=table-3&w=1047"
        await phone.open("/scan")
        await phone.send("/scan", text=said)
        for words in ("茶单", "榕树小程序", "table-3", "榕树茶馆", "当前位置"):
            assert words in phone.words
        assert (await world.events()).count("miniapps.opened") == 1
        await phone.send(f"/m/{channel.appid}/share", page="pages/tea/tea")
        assert phone.path == f"/m/{channel.appid}?p=pages/tea/tea"
        assert (await world.events()).count("miniapps.shared") == 1


async def test_messages_are_allowed_one_by_one(world: World) -> None:
    channel = await add_miniapp(world)
    await bring_out(world, channel)
    form = await of_app(world, take_subscription, channel, number=1001, kids=[1, 2])
    async with open_browser(world, "lin") as phone:
        here = f"/m/{channel.appid}"
        await phone.open(here)
        assert "取餐提醒" in phone.words
        path, told = f"{here}/subscriptions/{form.template_id}", str(int(channel.channel_id))
        await phone.send(path, answer="yes", channel=told)
        assert "还可接收 1 条" in phone.words
        await phone.send(path, answer="no", channel=told)
        assert "还可接收" not in phone.words


async def test_what_cannot_be_opened_says_why(world: World) -> None:
    channel = await add_miniapp(world)
    here = f"/m/{channel.appid}"
    async with open_browser(world, "lin") as phone:
        await phone.open(here, status=404)
        assert "尚未开放" in phone.words
        number = await add_template(world)
        await of_app(world, commit_code, channel, template_id=number, version_name="1.0")
        await phone.open(f"{here}?e=trial", status=404)
        assert "体验成员" in phone.words
        await bring_out(world, channel)
        await phone.open(f"{here}?p=pages/none/none", status=404)
        assert "没有这个页面" in phone.words
        await of_app(world, change_visits, channel, is_open=False)
        await phone.open(here, status=404)
        assert "暂停服务" in phone.words
        await phone.open(f"{here}?e=beta", status=404)
        await phone.open("/m/wx0000000000000000", status=404)
        await phone.open("/l/" + "A" * 22)
        assert "链接已失效" in phone.words
    async with open_browser(world, "mei") as owner:
        await owner.open(f"{here}?e=trial")
        assert "体验版" in owner.words


async def test_a_button_of_an_accounts_menu_opens_a_page(world: World) -> None:
    channel = await add_miniapp(world)
    await bring_out(world, channel)
    async with open_line(world) as line:
        account = line.channel
        button = MenuButton(
            name="茶单",
            kind=ButtonKind.MINIPROGRAM,
            url="https://a.example.com/tea",
            appid=channel.appid,
            pagepath="pages/tea/tea?from=menu",
        )
        await of_app(world, set_menu, account, buttons=[button])
        await follower(world, account)
        async with open_browser(world, "lin") as phone:
            await phone.open(f"/inbox/{account.channel_id:d}")
            await phone.send(f"/inbox/{account.channel_id:d}/taps", key=button.url)
            assert phone.path.startswith(f"/m/{channel.appid}?p=pages/tea/tea")
            assert "from=menu" in phone.words
        await line.deliver()
        told = line.receiver.bodies[-1]
        assert all(one in told for one in ("view_miniprogram", button.pagepath))
