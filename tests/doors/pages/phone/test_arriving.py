"""A scan opens its place; one tap, signed in or not, makes somebody known there."""

import pytest

from banyan.commerce.places import PlaceKind, SwitchCode, switch_code
from tests.kit import loyalty
from tests.kit.commerce_shop import add_goods, add_spots
from tests.kit.pages import Browser, open_browser
from tests.kit.parties import PHONES
from tests.kit.scene import set_scene
from tests.kit.world import World

LIN = PHONES["lin"].removeprefix("+86")


async def sign_in(world: World, somebody: Browser, **form: object) -> None:
    """Ask for a code, read it off the phone, send it."""
    await somebody.send("/sign-in/code", form, phone=LIN)
    await world.settle()
    code = world.sender.find_code(PHONES["lin"])
    await somebody.send("/sign-in", form, phone=LIN, code=code)


async def test_a_stranger_sees_the_place_and_what_joining_brings(world: World) -> None:
    scene = await set_scene(world)
    mark = await world.mark()
    async with open_browser(world) as stranger:
        await stranger.open(scene.door_path)
        assert stranger.path == f"{scene.href}/arrive"
        for words in ("榕树茶馆", "总店", "正门", "见面礼", "¥5", "满 ¥30 可用", "先随便看看"):
            assert words in stranger.words
        await stranger.open(scene.href)
        assert "正门" in stranger.words
        assert "入会领积分和优惠券" in stranger.words
    assert await world.events(mark) == ["places.touched"]


async def test_a_store_is_named_once_beside_its_place(world: World) -> None:
    scene = await set_scene(world)
    (door,) = await add_spots(world, scene.shop.store_id, PlaceKind.DOOR, ["总店 · 大门"])
    async with open_browser(world) as stranger:
        await stranger.open(f"/c/{door.codes[0].token}")
        assert "总店 · 大门" in stranger.words
        assert stranger.words.count("总店") == 1
        await stranger.open(scene.href)
        assert stranger.words.count("总店") == 1


async def test_an_english_stranger_is_spoken_to_in_english(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, language="en-GB,en;q=0.9") as stranger:
        await stranger.open(scene.door_path)
        for words in ("Become a member, without any card", "from ¥30", "Just look around"):
            assert words in stranger.words


async def test_signing_in_at_the_door_joins_in_one_go(world: World) -> None:
    scene = await set_scene(world)
    shop = f"{scene.shop.merchant_id:d}/{scene.shop.store_id:d}"
    async with open_browser(world) as lin:
        await lin.open(scene.door_path)
        await sign_in(world, lin, shop=shop)
        assert lin.path == f"{scene.href}?new=1"
        assert "你已是榕树茶馆的会员" in lin.words
        await world.settle()
        await lin.open(f"{scene.href}/member", headers={"hx-request": "true"})
        assert "1 张券" in lin.words
        await lin.open(scene.door_path)
        assert lin.path == scene.href
    events = await world.events()
    assert events.count("members.joined") == events.count("places.touch_joined") == 1
    assert events.count("channels.followed") == events.count("coupons.claimed") == 1


async def test_one_tap_is_enough_for_who_is_signed_in_and_two_do_no_more(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        mark = await world.mark()
        await lin.open(scene.door_path)
        assert "入会并进店" in lin.words
        assert "手机号" not in lin.words
        await lin.send(f"{scene.href}/arrive")
        await lin.send(f"{scene.href}/arrive")
        assert lin.path == scene.href
    joined = ["places.touched", "channels.followed", "members.joined"]
    assert await world.events(mark) == joined


async def test_a_stranger_who_forces_joining_is_sent_to_sign_in(world: World) -> None:
    scene = await set_scene(world)
    mark = await world.mark()
    async with open_browser(world) as stranger:
        await stranger.send(f"{scene.href}/arrive")
        assert stranger.path.startswith("/sign-in?next=")
    assert await world.events(mark) == []


async def test_the_code_of_a_thing_opens_the_thing(world: World) -> None:
    scene = await set_scene(world)
    cake = await add_goods(world, "凤梨酥", 600)
    item = await add_spots(
        world, scene.shop.store_id, PlaceKind.ITEM, ["橱窗"], subject_id=cake.product_id
    )
    async with open_browser(world, "lin") as lin:
        await lin.open(f"/c/{item[0].codes[0].token}")
        await lin.send(f"{scene.href}/arrive")
        assert lin.path == f"{scene.href}/items/{cake.product_id:d}?new=1"
        assert "凤梨酥" in lin.words


async def test_codes_that_lead_nowhere_say_so(world: World) -> None:
    scene = await set_scene(world)
    code = scene.door.codes[0]
    command = SwitchCode(merchant_id=world.merchant_id, code_id=code.code_id, is_active=False)
    await world.office.run(switch_code, command, world.owner)
    mark = await world.mark()
    async with open_browser(world) as stranger:
        for token in (
            code.token,
            "ABCDEFGHJKMN",
            "short",
            "%F0%9F%8D%B5",
            "'; drop table",
            "A" * 99,
        ):
            await stranger.open(f"/c/{token}")
            assert stranger.path == "/scan"
            assert "这个码没有指向任何地方" in stranger.words
        await stranger.client.head(f"/c/{scene.table.codes[0].token}")
    assert await world.events(mark) == []


@pytest.mark.parametrize("path", ["/shops/1/2/arrive", "/shops/x/y", "/shops/1", "/shops/1/2"])
async def test_shops_that_do_not_exist_are_not_found(world: World, path: str) -> None:
    async with open_browser(world) as stranger:
        await stranger.open(path, status=404)
        assert "首页" in stranger.words


async def test_a_phone_that_can_not_be_one_is_told_beside_the_field(world: World) -> None:
    async with open_browser(world) as somebody:
        for phone, words in (
            ("", "请填写"),
            ("12", "至少"),
            ("abcdefg", "格式"),
            ("12345678", "手机"),
        ):
            await somebody.send("/sign-in/code", status=422, phone=phone)
            assert 'aria-invalid="true"' in somebody.page.text
            assert words in somebody.words, phone
    assert await world.events() == []


async def test_a_wrong_code_leaves_tries_and_a_right_one_goes_on(world: World) -> None:
    async with open_browser(world) as somebody:
        await somebody.send("/sign-in/code", phone=LIN, next="/orders")
        await world.settle()
        right = str(world.sender.find_code(PHONES["lin"]))
        wrong = "000000" if right != "000000" else "111111"
        await somebody.send("/sign-in", status=422, phone=LIN, code=wrong, next="/orders")
        assert "4" in somebody.words
        await somebody.send("/sign-in", status=422, phone=LIN, code="12", next="/orders")
        assert "至少 6 个字符" in somebody.words
        await somebody.send("/sign-in", phone=LIN, code=f"{right[:3]} {right[3:]}", next="/orders")
        assert somebody.path == "/orders"
        await somebody.open("/sign-in?next=/me")
        assert somebody.path == "/me"


async def test_who_asks_again_too_soon_can_still_type_the_code_they_have(world: World) -> None:
    async with open_browser(world) as somebody:
        await somebody.send("/sign-in/code", phone=LIN)
        await somebody.send("/sign-in/code", status=422, phone=LIN)
        assert 'name="code"' in somebody.page.text


async def test_nobody_is_led_elsewhere_by_signing_in(world: World) -> None:
    async with open_browser(world) as somebody:
        await sign_in(world, somebody, next="https://evil.example/")
        assert somebody.path == "/home"


async def test_the_shown_code_is_for_development_alone(world: World) -> None:
    async with open_browser(world) as somebody:
        await somebody.send("/sign-in/code", phone=LIN)
        await world.settle()
        await somebody.open(f"/sign-in/shown-code?phone={LIN}")
        assert str(world.sender.find_code(PHONES["lin"])) in somebody.words
        await somebody.open("/sign-in/shown-code?phone=%3Cscript%3E")
        assert "<script>" not in somebody.page.text


async def test_a_place_with_a_hostile_name_is_only_text(world: World) -> None:
    scene = await set_scene(world)
    name = "<script>alert(1)</script>"
    (spot,) = await add_spots(world, scene.shop.store_id, PlaceKind.POSTER, [name])
    await loyalty.offer(world, '"><img src=x>', is_welcome=True)
    async with open_browser(world) as stranger:
        await stranger.open(f"/c/{spot.codes[0].token}")
        assert "<script>alert" not in stranger.page.text
        assert "<img src=x>" not in stranger.page.text
        assert name in stranger.words
