"""The till through its door: ticket, member, coupon, money, and what it refuses."""

from __future__ import annotations

import re

import httpx

from banyan.doors.http.signin import SESSION_COOKIE
from banyan.doors.pages.cashier.ticket import LINES_MAX, QUANTITY_MAX, new_ticket
from banyan.parties.staff import Role
from tests.kit import loyalty, sales
from tests.kit.commerce_shop import TeaShop, add_store
from tests.kit.parties import phone_of
from tests.kit.web import open_client
from tests.kit.world import World

BROWSER = {"accept": "text/html", "sec-fetch-site": "same-origin", "accept-language": "en"}


async def open_till(world: World, client: httpx.AsyncClient) -> TeaShop:
    """A tea shop with hao at its till; the client is his browser."""
    shop = await sales.open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    client.headers.update(BROWSER)
    client.cookies.set(SESSION_COOKIE, world.tokens["hao"])
    await client.post("/language", data={"language": "en"})
    return shop


async def tap(client: httpx.AsyncClient, sku_id: int, times: int = 1) -> httpx.Response:
    """Tap a product."""
    answers = [
        await client.post(
            "/till/add", data={"sku": str(int(sku_id))}, headers={"hx-request": "true"}
        )
        for _ in range(times)
    ]
    return answers[-1]


def test_a_ticket_counts_within_its_bounds() -> None:
    ticket = new_ticket(1).add("7", 2).add("7", -1).add("8", QUANTITY_MAX + 5)
    assert [(one.sku_id, one.quantity) for one in ticket.lines] == [("7", 1), ("8", QUANTITY_MAX)]
    assert ticket.add("7", -1).add("8", -QUANTITY_MAX).lines == []
    for number in range(LINES_MAX + 5):
        ticket = ticket.add(str(100 + number), 1)
    assert len(ticket.lines) == LINES_MAX


async def test_a_sale_for_cash_happens_once_however_often_one_taps(world: World) -> None:
    async with open_client(world) as client:
        shop = await open_till(world, client)
        before = await world.mark()
        shelf = await client.get("/till")
        ticket = await tap(client, shop.oolong, 2)
        kept = client.cookies["ticket"]
        sold = await client.post("/till/take", data={"method": "cash", "given": "50"})
        client.cookies.set("ticket", kept)
        again = await client.post("/till/take", data={"method": "cash", "given": "50"})
        receipt = await client.get(sold.headers["location"])
        day = await client.get("/till/orders")
    assert shelf.status_code == 200
    assert "¥36.00" in ticket.text
    assert sold.headers["location"].endswith("?change=1400")
    assert again.headers["location"].split("?")[0] == sold.headers["location"].split("?")[0]
    assert "¥14.00" in receipt.text
    assert day.text.count("/till/orders/2") == 1
    assert (await world.events(before)).count("orders.paid") == 1
    assert await sales.money_of(world, shop.merchant_id) == (0, 3_600)
    await world.settle()
    await world.check()


async def test_a_member_is_known_by_phone_and_pays_on_their_own(world: World) -> None:
    async with open_client(world) as client:
        shop = await open_till(world, client)
        await sales.join(world, "lin", shop)
        await tap(client, shop.oolong)
        part = {"hx-request": "true"}
        unknown = await client.post("/till/member", data={"phone": "13912345678"}, headers=part)
        wrong = await client.post("/till/member", data={"phone": "12"}, headers=part)
        letters = await client.post("/till/member", data={"phone": "abc"}, headers=part)
        known = await client.post("/till/member", data={"phone": phone_of("lin")}, headers=part)
        sold = await client.post("/till/take", data={"method": "wallet"})
        home = sold.headers["location"]
        waiting = await client.get(home)
        code = await client.get(f"{home}/code.svg")
        dropped = await client.post(f"{home}/drop")
    assert "No member has this phone" in unknown.text
    assert wrong.status_code == 200
    assert "Enter a phone number such as" in letters.text
    assert "****" in known.text
    assert "Take the member off" in known.text
    assert phone_of("lin") not in known.text
    assert "Waiting for the payment" in waiting.text
    assert code.text.startswith("<svg")
    assert dropped.headers["location"] == "/till"


async def test_too_little_cash_is_not_taken(world: World) -> None:
    async with open_client(world) as client:
        shop = await open_till(world, client)
        await tap(client, shop.oolong)
        mark = await world.mark()
        wrong = [(one, "Enter an amount") for one in ("ten", "1e3", "1.005")]
        for given, said in (("17.99", "¥0.01 is still missing"), *wrong):
            refused = await client.post("/till/take", data={"method": "cash", "given": given})
            assert refused.status_code == 422
            assert said in refused.text
        assert await world.events(mark) == []
        sold = await client.post("/till/take", data={"method": "cash", "given": "￥２０"})
    assert sold.headers["location"].endswith("?change=200")


async def test_a_coupon_that_does_not_count_yet_is_no_choice_at_the_till(world: World) -> None:
    async with open_client(world) as client:
        shop = await open_till(world, client)
        await loyalty.offer(world, "见面礼", is_welcome=True, is_claimable=False)
        await sales.join(world, "lin", shop)
        await world.settle()
        await tap(client, shop.oolong)
        part = {"hx-request": "true"}
        phone = phone_of("lin").removeprefix("+86")
        small = await client.post("/till/member", data={"phone": phone}, headers=part)
        large = await tap(client, shop.oolong)
    option = re.compile(r'<option value="[1-9]\d*"( disabled)?>([^<]*)</option>')
    assert option.findall(small.text) == [(" disabled", "见面礼 · ¥12.00 more to go")]
    assert option.findall(large.text) == [("", "见面礼")]


async def test_a_name_finds_tiles_and_nonsense_says_so(world: World) -> None:
    async with open_client(world) as client:
        await open_till(world, client)
        part = {"hx-request": "true"}
        none = await client.post("/till/add", data={"barcode": "nothing like it"}, headers=part)
        hostile = await client.post("/till/add", data={"sku": "9" * 30}, headers=part)
        client.cookies.set("ticket", "bm90IGEgdGlja2V0")
        forged = await client.get("/till")
    assert "Nothing is called" in none.text
    assert hostile.status_code == 200
    assert forged.text.count("<h1") == 1
    assert forged.status_code == 200


async def test_of_several_stores_one_is_chosen_first(world: World) -> None:
    async with open_client(world) as client:
        await open_till(world, client)
        other = await add_store(world, "分店")
        asked = await client.get("/till")
        choice = await client.get("/till/store")
        chosen = await client.post("/till/store", data={"store": str(int(other))})
        till = await client.get("/till")
    assert asked.headers["location"] == "/till/store"
    assert "分店" in choice.text
    assert chosen.headers["location"] == "/till"
    assert "分店" in till.text


async def test_who_may_not_sell_sees_no_till(world: World) -> None:
    async with open_client(world) as client:
        await open_till(world, client)
        await world.staff("wu", Role.ANALYST)
        client.cookies.set(SESSION_COOKIE, world.tokens["wu"])
        answer = await client.get("/till")
    assert answer.status_code == 403
