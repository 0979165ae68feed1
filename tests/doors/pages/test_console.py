"""The console through its door: every page in both languages, for whom, and what forms do."""

from __future__ import annotations

import re

import httpx
import pytest

from banyan.commerce.campaigns import SegmentRules
from banyan.commerce.places import PlaceKind
from banyan.doors.http.signin import SESSION_COOKIE
from banyan.doors.pages.console import ROUTES
from banyan.parties.sessions import PORTS
from banyan.parties.staff import Role
from tests.kit import loyalty, sales
from tests.kit.commerce_shop import TeaShop, add_group, add_spots
from tests.kit.parties import phone_of
from tests.kit.web import open_client
from tests.kit.world import SECRET_KEY, World

BROWSER = {"accept": "text/html", "sec-fetch-site": "same-origin", "accept-language": "en"}
PLAIN = sorted({one.path for one in ROUTES if one.method == "GET" and "{" not in one.path})


def as_browser(world: World, name: str) -> dict[str, str]:
    """The headers of somebody's signed-in browser."""
    return BROWSER | {"cookie": f"{SESSION_COOKIE}={world.tokens[name]}"}


async def speak(
    client: httpx.AsyncClient, world: World, name: str, language: str = "en"
) -> dict[str, str]:
    """Have somebody choose a language; the headers of their browser."""
    headers = as_browser(world, name)
    await client.post("/language", headers=headers, data={"language": language})
    return headers


async def busy_shop(world: World) -> tuple[TeaShop, list[str]]:
    """A shop with something on every page, and the addresses of its details."""
    shop = await sales.open_busy_shop(world)
    await add_group(world, "乌龙")
    spots = await add_spots(world, shop.store_id, PlaceKind.DOOR, ["Front door"])
    channel = await loyalty.open_channel(world)
    campaign = await loyalty.offer(world)
    segment = await loyalty.segment(world, "Everybody", SegmentRules())
    member_id = await sales.join(world, "lin", shop)
    order = await sales.buy(world, "lin", shop, {shop.oolong: 2})
    await world.settle()
    return shop, [
        f"/console/orders/{order.order_id:d}",
        f"/console/members/{member_id:d}",
        f"/console/coupons/{campaign.campaign_id:d}",
        f"/console/places/codes/{spots[0].codes[0].code_id:d}",
        f"/console/places/codes/{spots[0].codes[0].code_id:d}/poster/svg",
        f"/console/channel/{channel.channel_id:d}",
        f"/console/channel/{channel.channel_id:d}/followers",
        f"/console/channel/{channel.channel_id:d}/tags",
        f"/console/channel/{channel.channel_id:d}/codes",
        f"/console/channel/{channel.channel_id:d}/messages",
        f"/console/channel/{channel.channel_id:d}/server",
        f"/console/campaigns/segments/{segment.segment_id:d}",
        f"/console/stores/{shop.store_id:d}",
    ]


async def test_every_page_shows_in_both_languages(world: World) -> None:
    shop, details = await busy_shop(world)
    PORTS.connect(key=SECRET_KEY, sender=world.sender, operators={phone_of("mei")})
    paths = [one for one in PLAIN if one not in {"/console", "/console/places/posters.pdf"}]
    paths += [*details, f"/console/places/posters.pdf?store={shop.store_id:d}"]
    async with open_client(world) as client:
        for language, tag in (("en", "en"), ("zh", "zh-CN")):
            headers = await speak(client, world, "mei", language)
            for path in paths:
                answer = await client.get(path, headers=headers)
                assert answer.status_code == 200, f"{path} {language}: {answer.text[:2000]}"
                assert answer.headers["content-language"] == tag
                is_page = answer.text.startswith("<!doctype html>")
                assert answer.text.count("<h1") == (1 if is_page else 0), path


async def test_strangers_are_sent_to_sign_in_and_the_shopless_to_open_a_shop(world: World) -> None:
    await world.person("lin")
    async with open_client(world) as client:
        nobody = await client.get("/console/orders", headers=BROWSER)
        shopless = await client.get("/console/orders", headers=as_browser(world, "lin"))
        till = await client.get("/till", headers=BROWSER)
    assert nobody.headers["location"] == "/sign-in?next=%2Fconsole%2Forders"
    assert shopless.headers["location"] == "/console/open"
    assert till.status_code == 303


async def test_nobody_sees_anothers_shop(world: World) -> None:
    _, details = await busy_shop(world)
    await world.merchant("Other", owner="wu")
    async with open_client(world) as client:
        for path in details:
            answer = await client.get(path, headers=as_browser(world, "wu"))
            assert answer.status_code == 404, path


async def test_a_role_sees_only_what_it_may(world: World) -> None:
    shop, details = await busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    order = details[0]
    async with open_client(world) as client:
        headers = as_browser(world, "hao")
        page = await client.get(order, headers=headers)
        forced = await client.post(f"{order}/refund", headers=headers, data={"what": "all"})
        staff = await client.get("/console/staff", headers=headers)
        new = await client.get("/console/products/new", headers=headers)
        products = await client.get("/console/products", headers=headers)
    assert page.status_code == 200
    assert "/refund" not in page.text
    assert "/console/staff" not in page.text
    assert forced.status_code == staff.status_code == new.status_code == 403
    assert "/console/products/new" not in products.text
    assert shop.merchant_id


async def test_a_shop_is_opened_in_one_form(world: World) -> None:
    await world.person("mei")
    async with open_client(world) as client:
        headers = await speak(client, world, "mei")
        wrong = await client.post(
            "/console/open", headers=headers, data={"name": "", "store_name": ""}
        )
        data = {
            "name": "榕树茶馆",
            "store_name": "总店",
            "currency": "CNY",
            "time_zone": "Asia/Shanghai",
            "idempotency_key": "a-key-of-this-form",
        }
        opened = await client.post("/console/open", headers=headers, data=data)
        today = await client.get("/console/today", headers=headers)
    assert wrong.status_code == 422
    assert wrong.text.count("Please fill this in") >= 1
    assert opened.headers["location"] == "/console"
    assert "榕树茶馆" in today.text
    assert "Make a code for the door" in today.text


async def test_a_line_is_refunded_once_however_often_the_form_is_sent(world: World) -> None:
    _, details = await busy_shop(world)
    order = details[0]
    async with open_client(world) as client:
        headers = await speak(client, world, "mei")
        page = await client.get(order, headers=headers)
        key = find_key(page)
        data = {"what": "lines", "quantity-1": "1", "is_restocked": "on", "idempotency_key": key}
        nothing = await client.post(
            f"{order}/refund", headers=headers, data={"what": "lines", "quantity-1": "0"}
        )
        first = await client.post(f"{order}/refund", headers=headers, data=data)
        again = await client.post(f"{order}/refund", headers=headers, data=data)
        shown = await client.get(order, headers=headers)
    assert nothing.status_code == 422
    assert first.status_code == again.status_code == 303
    assert "Partly refunded" in shown.text
    assert await sales.balance(world, "lin") == 100_000 - 1_800
    await world.settle()
    await world.check()


async def test_a_product_is_added_with_variants_and_wrong_prices_are_shown(world: World) -> None:
    await sales.open_busy_shop(world)
    async with open_client(world) as client:
        headers = await speak(client, world, "mei")
        data = {
            "name": "Pu'er",
            "price_fen-0": "twelve",
            "variant-1": "Large",
            "price_fen-1": "1.234",
        }
        wrong = await client.post("/console/products", headers=headers, data=data)
        data |= {
            "price_fen-0": "12",
            "variant-0": "Small",
            "price_fen-1": "15.50",
            "is_on_sale": "on",
        }
        right = await client.post("/console/products", headers=headers, data=data)
        page = await client.get(right.headers["location"], headers=headers)
        picture = await client.post(
            f"{right.headers['location']}/pictures",
            headers=headers,
            files={"picture": ("x.png", b"<svg onload=alert(1)>", "image/png")},
        )
    assert wrong.status_code == 422
    assert "Enter a number" in wrong.text
    assert "At most 2 decimals" in wrong.text
    assert 'value="15.50"' in page.text
    assert picture.status_code == 422


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\u202e", "x" * 5_000, "'\"--"])
async def test_hostile_texts_are_shown_or_refused_but_never_run(world: World, text: str) -> None:
    await sales.open_busy_shop(world)
    async with open_client(world) as client:
        headers = as_browser(world, "mei")
        for path, field in (
            ("/console/products", "q"),
            ("/console/members", "phone"),
            ("/console/orders", "q"),
            ("/console/stock", "q"),
            ("/console/audit", "subject"),
            ("/console/insight/funnel", "from"),
        ):
            answer = await client.get(path, params={field: text}, headers=headers)
            assert answer.status_code in {200, 400, 422}, path
            assert "<script>alert" not in answer.text
        for path in ("/console/products", "/console/coupons", "/console/staff", "/console/channel"):
            data = {"name": text, "phone": text, "price_fen-0": text, "budget": text, "role": text}
            answer = await client.post(path, headers=headers, data=data)
            assert answer.status_code in {200, 303, 422}, path
            assert "<script>alert" not in answer.text


async def test_another_sites_form_is_refused(world: World) -> None:
    await sales.open_busy_shop(world)
    async with open_client(world) as client:
        headers = as_browser(world, "mei") | {"sec-fetch-site": "cross-site"}
        answer = await client.post("/console/products", headers=headers, data={"name": "x"})
    assert answer.status_code == 403


def find_key(page: httpx.Response) -> str:
    """The idempotency key of the first form of a page that has one."""
    found = re.search(r'name="idempotency_key" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


async def test_an_error_wears_the_shell_of_its_app(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    await world.person("lin")
    async with open_client(world) as client:
        mei, hao, lin = [await speak(client, world, name) for name in ("mei", "hao", "lin")]
        for headers, path, status, shell in (
            (mei, "/console/nowhere", 404, "console"),
            (mei, "/console/orders/1", 404, "console"),
            (hao, "/console/audit", 403, "console"),
            (lin, "/console/nowhere", 404, "console"),
            (BROWSER, "/console/nowhere", 404, "console"),
            (hao, "/till/nowhere", 404, "cashier"),
            (hao, "/till/orders/1", 404, "cashier"),
            (lin, "/till/nowhere", 404, "cashier"),
            (mei, f"/shops/{shop.merchant_id:d}/1", 404, "phone"),
        ):
            page = await client.get(path, headers=headers)
            assert (page.status_code, path) == (status, path)
            assert f'<body class="{shell}">' in page.text, path
        menu = await client.get("/console/nowhere", headers=mei)
        assert 'href="/console/orders"' in menu.text
        nobody = await client.get("/console/nowhere", headers=lin)
        assert 'href="/console/orders"' not in nobody.text


async def test_the_figures_of_a_send_follow_until_it_is_delivered(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    await loyalty.open_channel(world)
    await sales.join(world, "lin", shop)
    await world.settle()
    segment = await loyalty.segment(world, "Everybody", SegmentRules())
    send = await loyalty.invite(world, segment)
    async with open_client(world) as client:
        mei = await speak(client, world, "mei")
        path = f"/console/campaigns/{send.send_id:d}"
        part = mei | {"hx-request": "true"}
        under_way = await client.get(path, headers=part)
        await world.settle()
        done = await client.get(path, headers=part)
    assert under_way.text.lstrip().startswith('<div id="results" hx-get=')
    assert "the figures follow by themselves" in under_way.text
    assert "hx-trigger" not in done.text
    assert "Delivered" in done.text


async def test_whom_a_send_was_for_is_for_those_who_may_know_members(world: World) -> None:
    """An analyst reads the figures of a send, and nothing about single members."""
    shop = await sales.open_busy_shop(world)
    await loyalty.open_channel(world)
    await sales.join(world, "lin", shop)
    await world.settle()
    send = await loyalty.invite(world, await loyalty.segment(world, "Everybody", SegmentRules()))
    await world.settle()
    await world.staff("hao", Role.ANALYST)
    path = f"/console/campaigns/{send.send_id:d}"
    api = f"/v1/merchants/{world.merchant_id:d}/sends/{send.send_id:d}/recipients"
    async with open_client(world) as client:
        mei, hao = await speak(client, world, "mei"), await speak(client, world, "hao")
        full, figures = [await client.get(path, headers=one) for one in (mei, hao)]
        may, may_not = [await client.get(api, headers=one) for one in (mei, hao)]
    assert 'id="recipients"' in full.text
    assert "#recipients" in full.text
    assert (figures.status_code, may.status_code, may_not.status_code) == (200, 200, 403)
    assert "Delivered" in figures.text
    assert "recipients" not in figures.text
    assert "/console/members/" not in figures.text


async def test_an_order_that_is_not_paid_earned_no_points(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    await sales.join(world, "lin", shop)
    order = await sales.place(world, "lin", shop, {shop.oolong: 1})
    async with open_client(world) as client:
        mei = await speak(client, world, "mei")
        page = await client.get(f"/console/orders/{order.order_id:d}", headers=mei)
    assert order.points_earned > 0
    assert re.search(r"<dt>Points</dt>\s*<dd>–</dd>", page.text)


async def test_a_message_that_leads_nowhere_leads_to_the_shop(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    channel = await loyalty.open_channel(world)
    await world.person("lin")
    segment = await loyalty.segment(world, "Everybody", SegmentRules())
    async with open_client(world) as client:
        lin = await speak(client, world, "lin")
        await client.post(f"/shops/{shop.merchant_id:d}/{shop.store_id:d}/arrive", headers=lin)
        await world.settle()
        mei = await speak(client, world, "mei")
        form = {"segment_id": str(int(segment.segment_id)), "title": "New harvest", "link": ""}
        sent = await client.post("/console/campaigns", headers=mei, data=form)
        assert sent.status_code == 303, sent.text
        await world.settle()
        said = await client.get(f"/inbox/{channel.channel_id:d}", headers=lin)
    assert f'<a class="talk-card" href="/shops/{shop.merchant_id:d}">' in said.text
    assert "New harvest" in said.text


async def test_how_many_coupons_were_given_stands_on_one_line(world: World) -> None:
    await sales.open_busy_shop(world)
    await loyalty.offer(world, budget=1_000)
    async with open_client(world) as client:
        headers = await speak(client, world, "mei")
        page = await client.get("/console/coupons", headers=headers)
    assert re.search(r'<span class="nowrap">0<span class="cell-sub">/ 1,000</span>', page.text)


async def test_a_currency_without_decimals_says_so(world: World) -> None:
    await world.merchant("Kissaten", currency="JPY")
    async with open_client(world) as client:
        headers = await speak(client, world, "mei")
        form = await client.get("/console/products/new", headers=headers)
        data = {"name": "Sencha", "price_fen-0": "12.50"}
        wrong = await client.post("/console/products", headers=headers, data=data)
        right = await client.post(
            "/console/products", headers=headers, data=data | {"price_fen-0": "1,250"}
        )
    assert 'placeholder="0"' in form.text
    assert "0.00" not in form.text
    assert "This currency has no decimals" in wrong.text
    assert right.status_code == 303


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("orders_max", "orders_min", "orders_max"),
        ("idle_days_max", "idle_days_min", "idle_days_max"),
        ("spent_max_fen", "spent_min_fen", "spent_max_fen"),
        ("member_days_max", "member_days_min", "member_days_max"),
    ],
)
async def test_an_empty_span_is_told_beside_its_upper_end(
    world: World, field: str, low: str, high: str
) -> None:
    await sales.open_busy_shop(world)
    rules = {low: "9", high: "2"}
    async with open_client(world) as client:
        headers = await speak(client, world, "mei", "zh")
        home = "/console/campaigns/segments"
        page = (await client.post(home, headers=headers, data={"name": "矛盾"} | rules)).text
        counted = (await client.get(f"{home}/count", headers=headers, params=rules)).text
    assert "上限低于下限" in page.partition(f'name="{field}"')[2][:600]
    assert "修改条件后即可看到符合的人数" in page
    assert "选择一个人群" not in page
    assert "上限低于下限" in counted


async def test_a_refused_form_may_be_gone_back_to(world: World) -> None:
    """A browser shows again what it was answered, as long as it may keep it for itself."""
    await sales.open_busy_shop(world)
    async with open_client(world) as client:
        mei = await speak(client, world, "mei")
        form = {"name": "Nobody", "orders_min": "9", "orders_max": "2"}
        told = await client.post("/console/campaigns/segments", headers=mei, data=form)
    assert told.status_code == 422
    assert told.headers["cache-control"] == "private, no-cache"
