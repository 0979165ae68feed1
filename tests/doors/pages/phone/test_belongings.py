"""What is a person's own: coupons, cards, wallet, messages, profile, devices; and the scanner."""

import pytest

from banyan.doors.pages.phone.routes import ROUTES
from banyan.doors.pages.phone.scan.routes import find_path
from banyan.pay.wallets import TOP_UP_MAX_FEN
from banyan.reach.channels import ButtonKind, LeafButton, MenuButton, SetMenu, set_menu
from tests.kit import loyalty, sales
from tests.kit.pages import open_browser
from tests.kit.scene import Scene, set_scene
from tests.kit.world import World

OPEN_TO_ALL = {
    "/home",
    "/me",
    "/scan",
    "/sign-in",
    "/sign-in/shown-code",
    "/accounts/{channel_id}",
    "/c/{token}",
    "/desk/{code}",
    "/connect/qrconnect",
    "/enter/{channel_id}",
    "/enter/{channel_id}/back",
    "/invoices/papers/{token}",
    "/connect/qrconnect/state",
    "/previews/{token}/{place}",
    "/s/{channel_id}/{article_id}/{place}",
    "/search",
    "/shake/{channel_id}/{device_id}",
    "/shops/{merchant_id}",
    "/shops/{merchant_id}/{store_id}",
    "/shops/{merchant_id}/{store_id}/about",
    "/shops/{merchant_id}/{store_id}/arrive",
    "/shops/{merchant_id}/{store_id}/items/{product_id}",
    "/shops/{merchant_id}/{store_id}/member",
    "/w/{token}",
    "/w/{token}/card.png",
    "/w/{token}/code.png",
}
"""Pages that say something to strangers. All others ask them to sign in."""

STRIP = "/shops/{merchant_id}/{store_id}/member"
"""Part of a page: of a shop that does not exist it says that one is no member."""

FORMS_OF_STRANGERS = {"/scan", "/sign-in", "/sign-in/code", "/sign-out"}

THINGS = {
    "merchant_id": "1",
    "store_id": "2",
    "order_id": "3",
    "channel_id": "4",
    "campaign_id": "5",
    "session_id": "6",
    "product_id": "7",
    "template_id": "8",
    "token": "ABCDEFGHJKMN" * 2 + "ABCDEFGH",
    "ticket": "9" * 32,
    "article_id": "10",
    "place": "1",
    "comment_number": "1",
    "ref": "p" * 28,
    "code": "123456789012",
    "standard": "ean13",
    "title_id": "11",
    "appid": "wx0123456789abcdef",
    "device_id": "12",
    "charge_id": "13",
    "complaint_id": "14",
    "deduction_id": "15",
    "scheme_id": "16",
    "way": "picture",
    "agent_id": "17",
}


async def test_strangers_are_asked_to_sign_in_and_change_nothing(world: World) -> None:
    scene = await set_scene(world)
    things = THINGS | {
        "merchant_id": f"{scene.shop.merchant_id:d}",
        "store_id": f"{scene.shop.store_id:d}",
        "channel_id": f"{scene.channel.channel_id:d}",
    }
    basket = scene.basket(oolong=1)
    mark = await world.mark()
    open_pages = []
    async with open_browser(world) as stranger:
        for route in ROUTES:
            path = route.path.format(**things)
            if route.method == "GET" and route.path not in OPEN_TO_ALL:
                await stranger.open(path)
            elif route.method == "POST" and route.path not in FORMS_OF_STRANGERS:
                form = {"amount": "5", "key": "x", "nickname": "x", "channel": "4"}
                await stranger.send(path, {**basket, **form})
            else:
                continue
            if not stranger.path.startswith("/sign-in?next="):
                open_pages.append(path)
    assert not open_pages
    assert await world.events(mark) == []


async def test_things_that_do_not_exist_are_not_found(world: World) -> None:
    await world.merchant()
    async with open_browser(world, "lin") as lin:
        mark = await world.mark()
        for route in ROUTES:
            if "{" not in route.path or route.path in {"/c/{token}", STRIP}:
                continue
            for thing in ("1", "0", "x", "9" * 19, "%3Cb%3E"):
                path = route.path.format(**dict.fromkeys(THINGS, thing))
                answer = await lin.client.request(
                    route.method, path, headers={"sec-fetch-site": "same-origin"}
                )
                assert answer.status_code in {303, 404, 422}, (path, answer.status_code)
        assert await world.events(mark) == []


async def leave_and_return(world: World, scene: Scene) -> None:
    """Have lin join, buy, and be written to."""
    await world.person("lin")
    await sales.open_bank(world)
    await sales.fill_wallet(world, "lin", 20_000)
    async with open_browser(world, "lin") as lin:
        await lin.open(scene.door_path)
        await lin.send(f"{scene.href}/arrive")
    await world.settle()
    await sales.buy(world, "lin", scene.shop, {scene.shop.oolong: 2})
    await world.settle()


async def test_every_page_of_a_member_speaks_both_languages(world: World) -> None:
    scene = await set_scene(world)
    await leave_and_return(world, scene)
    shop, channel = scene.shop.merchant_id, scene.channel.channel_id
    pages = {
        "/home": ("我的会员卡", "Your cards"),
        "/scan": ("用手机自带的相机", "Your phone's own camera"),
        "/orders": ("去店里", "To the shop"),
        "/cards": ("积分", "Points"),
        f"/cards/{shop:d}": ("累计消费", "Spent"),
        "/coupons": ("可使用", "To use"),
        "/coupons?show=used": ("已使用", "Used"),
        "/inbox": ("小票与优惠券", "Receipts and coupons"),
        "/inbox/banyan": ("在榕树茶馆支付了 ¥36", "Paid ¥36 at 榕树茶馆"),
        f"/inbox/{channel:d}": ("欢迎来坐坐", "欢迎来坐坐"),
        f"/accounts/{channel:d}": ("取消关注", "Unfollow"),
        "/wallet": ("收支明细", "What came and went"),
        "/me": ("个人资料与语言", "Profile and language"),
        "/me/profile": ("怎么称呼你", "What shall we call you"),
        "/me/devices": ("本机", "This one"),
        f"{scene.href}/arrive": ("看看有什么", "See what there is"),
        scene.href: ("件已选", "in the basket"),
    }
    for place, language in enumerate(("zh", "en")):
        async with open_browser(world, "lin", language=language) as lin:
            await lin.send("/language", language=language, back="/me")
            for path, words in pages.items():
                await lin.open(path)
                assert words[place] in lin.words, (path, lin.words)
                assert f'lang="{language}' in lin.page.text
                # Who cannot see the page jumps from heading to heading.
                assert lin.page.text.count("<h1") == 1, path


async def test_coupons_are_taken_once_each_way(world: World) -> None:
    scene = await set_scene(world)
    await leave_and_return(world, scene)
    two = await loyalty.offer(world, "两张", budget=5, per_person_limit=2)
    href = f"/coupons/{world.merchant_id:d}/{two.campaign_id:d}"
    async with open_browser(world, "lin") as lin:
        await lin.open("/coupons")
        key = lin.key
        for _ in range(3):
            await lin.send(href, idempotency_key=key)
            assert "领取成功" in lin.words
        assert len(await loyalty.coupons_of(world, "lin")) == 2
        await lin.open("/coupons")
        await lin.send(href, idempotency_key=lin.key, back=f"/cards/{world.merchant_id:d}")
        assert lin.path == f"/cards/{world.merchant_id:d}"
        assert "可领取的券" not in lin.words
        await lin.send(href, back="//evil.example")
        assert "toast-warning" in lin.page.text
        assert lin.path == "/coupons"
    async with open_browser(world, "chen") as chen:
        await chen.send(href)
        assert "toast-warning" in chen.page.text
    assert (await loyalty.report_on(world, two.campaign_id)).counts.claimed == 2


async def test_opening_a_conversation_reads_it(world: World) -> None:
    scene = await set_scene(world)
    await leave_and_return(world, scene)
    async with open_browser(world, "lin") as lin:
        await lin.open("/inbox")
        assert lin.page.text.count('class="count"') >= 2
        await lin.open(f"/inbox/{scene.channel.channel_id:d}")
        await lin.open("/inbox/banyan")
        await lin.open("/inbox")
        assert 'class="count"' not in lin.page.text


async def test_following_leaving_and_following_again(world: World) -> None:
    scene = await set_scene(world)
    account = f"/accounts/{scene.channel.channel_id:d}"
    async with open_browser(world, "lin") as lin:
        await lin.open(account)
        assert "关注" in lin.words
        mark = await world.mark()
        for _ in range(2):
            await lin.send(f"{account}/follow")
        await lin.send(f"{account}/unfollow")
        await lin.open(f"/inbox/{scene.channel.channel_id:d}")
        assert "你没有关注这个账号" in lin.words
    assert await world.events(mark) == ["channels.followed", "channels.unfollowed"]


async def test_the_menu_of_an_account_leads_on(world: World) -> None:
    scene = await set_scene(world)
    await leave_and_return(world, scene)
    buttons = [
        MenuButton(name="点单", kind=ButtonKind.VIEW, url=scene.href),
        MenuButton(name="地图", kind=ButtonKind.VIEW, url="https://maps.example/tea"),
        MenuButton(
            name="更多", buttons=[LeafButton(name="问店家", kind=ButtonKind.CLICK, key="ASK")]
        ),
    ]
    command = SetMenu(
        merchant_id=world.merchant_id, channel_id=scene.channel.channel_id, buttons=buttons
    )
    await world.office.run(set_menu, command, world.owner)
    taps = f"/inbox/{scene.channel.channel_id:d}/taps"
    async with open_browser(world, "lin") as lin:
        await lin.open(f"/inbox/{scene.channel.channel_id:d}")
        assert all(words in lin.words for words in ("点单", "地图", "更多", "问店家"))
        mark = await world.mark()
        await lin.send(taps, key=scene.href)
        assert lin.path == scene.href
        await lin.send(taps, key="https://maps.example/tea")
        assert 'href="https://maps.example/tea" rel="noopener noreferrer"' in lin.page.text
        await lin.send(taps, key="ASK")
        assert "已告知店家" in lin.words
        assert await world.events(mark) == ["channels.menu_tapped"] * 3
        for hostile in ("", "NOPE", "javascript:alert(1)", "x" * 3_000):
            await lin.send(taps, key=hostile)
            assert "toast-warning" in lin.page.text
    assert await world.events(mark) == ["channels.menu_tapped"] * 3


async def test_a_message_of_a_shop_is_only_text(world: World) -> None:
    scene = await set_scene(world)
    await leave_and_return(world, scene)
    await loyalty.send_to(world, scene.channel, title="<script>alert(1)</script>")
    await world.settle()
    async with open_browser(world, "lin") as lin:
        for path in ("/inbox", f"/inbox/{scene.channel.channel_id:d}"):
            await lin.open(path)
            assert "<script>alert" not in lin.page.text
            assert "<script>alert(1)</script>" in lin.words


async def test_topping_up_the_wallet(world: World) -> None:
    async with open_browser(world, "lin") as lin:
        await lin.open("/wallet")
        assert "只是游戏币" in lin.words
        await lin.send("/wallet/top-up", amount="1,234.50", currency="CNY")
        assert "充值成功" in lin.words
        mark = await world.mark()
        for amount in ("", "0", "-1", "1.001", "9" * 15, "<b>", "1e3"):
            await lin.send("/wallet/top-up", status=422, amount=amount)
            assert "field-error" in lin.page.text or "notice-danger" in lin.page.text
        await lin.send("/wallet/top-up", status=422, amount="100001", currency="CNY")
        assert f"单次充值最多 ¥{TOP_UP_MAX_FEN // 100:,}" in lin.words
        await lin.send("/wallet/top-up", status=422, amount="100000000", currency="JPY")
        assert f"{TOP_UP_MAX_FEN:,}" in lin.words, "in the wallet's own money"
        for currency in ("XXX", "yuan", "<b>", "GBP"):
            answer = await lin.client.get(f"/wallet?currency={currency}")
            assert answer.status_code in {200, 422}, currency
        assert await world.events(mark) == []
    assert await sales.balance(world, "lin") == 123_450


async def test_a_profile_is_changed_and_mistakes_are_told(world: World) -> None:
    async with open_browser(world, "lin") as lin:
        await lin.send("/me/profile", nickname="小林", avatar="plum", language="en")
        assert 'lang="en"' in lin.page.text
        assert "小林" in lin.words
        assert "avatar-plum" in lin.page.text
        for form in (
            {"nickname": "x" * 31},
            {"nickname": "a\u202eb"},
            {"avatar": "../../etc"},
            {"language": "tlh"},
        ):
            await lin.send("/me/profile", form, status=422)
        await lin.send("/me/profile", nickname="<img src=x onerror=alert(1)>")
        assert "<img src=x" not in lin.page.text


async def test_signing_out_here_there_and_everywhere(world: World) -> None:
    async with open_browser(world, "lin") as phone, open_browser(world, "lin") as other:
        world.tokens.pop("lin")
        await world.person("lin")
        other.client.cookies.set("banyan_session", world.tokens["lin"])
        await other.open("/me/devices")
        devices = set(other.page.text.split("/me/devices/")[1:])
        assert len(devices) == 1
        session = devices.pop().split("/")[0]
        await other.send(f"/me/devices/{session}/sign-out")
        assert "那台设备已退出登录" in other.words
        await other.send(f"/me/devices/{session}/sign-out")
        await other.send("/sign-out/everywhere")
        assert other.path == "/home"
        await other.open("/orders")
        assert other.path.startswith("/sign-in")
        await phone.send("/sign-out")
        await phone.open("/wallet")
        assert phone.path.startswith("/sign-in")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("http://banyan.test/c/ABCDEFGHJKMN", "/c/ABCDEFGHJKMN"),
        ("https://tea.example/c/abcdefghjkmn/", "/c/abcdefghjkmn"),
        ("/c/ABCDEFGHJKMN", "/c/ABCDEFGHJKMN"),
        ("abcd efgh jkmn", "/c/ABCDEFGHJKMN"),
        ("ABCD-EFGH-JKMN", "/c/ABCDEFGHJKMN"),
        ("https://tea.example/orders/250154741168201728/pay", "/orders/250154741168201728/pay"),
        ("https://evil.example/orders/1/pay", ""),
        ("https://tea.example/orders/1/cancel", ""),
        ("https://evil.example/c/ABCDEFGHJKMN", ""),
        ("http://banyan.test/c/../me", ""),
        ("javascript:alert(1)", ""),
        ("http://[", ""),
        ("", ""),
        ("茶", ""),
    ],
)
def test_what_a_code_says(text: str, path: str) -> None:
    assert find_path(text, "https://tea.example", "banyan.test") == path


async def test_the_scanner_goes_where_the_code_leads(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world) as somebody:
        await somebody.send("/scan", text=f"http://banyan.test{scene.door_path}")
        assert somebody.path == f"{scene.href}/arrive"
        await somebody.send("/scan", status=422, text="https://evil.example/<b>")
        assert "这不是本平台店铺的码" in somebody.words
        assert "<b>" not in somebody.page.text
        await somebody.send("/scan", status=422, text="")


async def test_money_in_every_currency_is_shown_with_its_entries(world: World) -> None:
    async with open_browser(world, "lin") as lin:
        await lin.send("/wallet/top-up", amount="5000", currency="JPY")
        await lin.send("/wallet/top-up", status=422, amount="12.50", currency="JPY")
        assert "请输入整数金额" in lin.words
        assert 'placeholder="0"' in lin.page.text
        await lin.open("/wallet")
        assert "5,000" in lin.words
        assert "+JP¥5,000" in lin.words or "+¥5,000" in lin.words
        await lin.open("/me")
        assert "5,000" in lin.words
        await lin.send("/wallet/top-up", amount="20", currency="CNY")
        await lin.open("/wallet")
        assert "CNY ¥20.00" in lin.words
        assert 'href="/wallet?currency=JPY"' in lin.page.text
        assert "5,000" in lin.words
        await lin.open("/wallet?currency=JPY")
        assert "5,000" in lin.words.partition("收支明细")[2]
        assert "20.00" not in lin.words.partition("收支明细")[2]
