"""From the shelf over the order sheet and the wallet to the receipt, with every wrong turn."""

import re
from datetime import timedelta

import msgspec

from banyan.commerce.catalogue import SwitchSale, switch_sale
from banyan.commerce.coupons import CouponKind
from banyan.commerce.stores import ChangeStore, ReadStore, change_store, read_store
from tests.kit import loyalty, sales
from tests.kit.commerce_shop import add_goods, receive
from tests.kit.pages import Browser, open_browser
from tests.kit.scene import Scene, set_scene
from tests.kit.world import World

_order = re.compile(r"/orders/(\d+)")


def order_of(browser: Browser) -> str:
    """The address of the order on the page."""
    found = _order.search(browser.path)
    assert found, browser.path
    return found[0]


async def place(browser: Browser, scene: Scene, **counts: int) -> str:
    """Order so many, and return the order's address."""
    await browser.open(scene.order_path(**counts))
    await browser.send(f"{scene.href}/order", scene.basket(**counts), idempotency_key=browser.key)
    return order_of(browser)


async def test_anybody_may_look_at_the_shelf(world: World) -> None:
    scene = await set_scene(world)
    await add_goods(world, "<b>凤梨酥</b>", 600)
    async with open_browser(world) as stranger:
        await stranger.open(scene.href)
        for words in ("铁观音", "¥18.00", "茉莉花茶", "¥22.50", "<b>凤梨酥</b>", "售罄"):
            assert words in stranger.words
        assert "<b>凤梨酥" not in stranger.page.text
        for hostile in ("category=x", "category=9", "cursor=%00", "cursor=abc", "i=1.2&i=x.y"):
            page = await stranger.client.get(f"{scene.href}?{hostile}")
            assert page.status_code in {200, 400, 404, 422}, hostile


async def test_the_best_coupon_is_on_the_sheet_and_another_can_be_chosen(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await lin.send(f"{scene.href}/arrive")
        await world.settle()
        tenth = await loyalty.offer(
            world, "九折", kind=CouponKind.PERCENT_OFF, threshold_fen=0, percent_bp=1000
        )
        await lin.open("/coupons")
        await lin.send(f"/coupons/{world.merchant_id:d}/{tenth.campaign_id:d}")
        assert "领取成功" in lin.words
        await lin.open(scene.order_path(oolong=2))
        assert "\u2212¥5.00" in lin.words
        assert "¥31.00" in lin.words
        coupons = {one.name: one.coupon_id for one in await loyalty.coupons_of(world, "lin")}
        await lin.open(f"{scene.order_path(oolong=2)}&coupon={coupons['九折']:d}")
        assert "¥32.40" in lin.words
        await lin.open(f"{scene.order_path(oolong=2)}&coupon=none")
        assert "¥36.00" in lin.words
        for hostile in ("999", "x", "-1", "9" * 40, "none%00"):
            page = await lin.client.get(
                f"{scene.order_path(oolong=2)}&coupon={hostile}", follow_redirects=True
            )
            assert page.status_code in {200, 400}, hostile


async def test_a_basket_that_anybody_made_up_is_put_right(world: World) -> None:
    scene = await set_scene(world)
    oolong = int(scene.shop.oolong)
    async with open_browser(world, "lin") as lin:
        for query in ("", "i=", "i=1", f"i={oolong}.0", f"i={oolong}.-1", "i=٣.٣", "i=x&i=.&q=5"):
            await lin.open(f"{scene.href}/order?{query}")
            assert "购物篮是空的" in lin.words
            assert f'href="{scene.href}"' in lin.page.text
            # Only an address that names nothing at all is worth looking for a basket.
            assert ("data-find-basket" in lin.page.text) is ("i=" not in query)
        await lin.open(f"{scene.href}/order?i={oolong}.2&i=987654321.1")
        assert "¥36.00" in lin.words
        await lin.open(f"{scene.href}/order?i=987654321.1")
        assert lin.path == scene.href
        await lin.open(f"{scene.href}/order?" + "&".join(f"i={n}.1" for n in range(1, 400)))
        assert lin.path == scene.href


async def test_what_is_off_sale_by_now_leaves_the_basket_with_a_word(world: World) -> None:
    scene = await set_scene(world)
    cake = await add_goods(world, "凤梨酥", 600)
    await receive(world, scene.shop.store_id, {cake.skus[0].sku_id: 5})
    command = SwitchSale(
        merchant_id=world.merchant_id, product_ids=[cake.product_id], is_on_sale=False
    )
    await world.office.run(switch_sale, command, world.owner)
    async with open_browser(world, "lin") as lin:
        await lin.open(f"{scene.order_path(oolong=1)}&i={cake.skus[0].sku_id:d}.1")
        assert "notice-warning" in lin.page.text
        assert "¥18.00" in lin.words
        assert "凤梨酥" not in lin.words


async def test_a_closed_shop_takes_no_orders(world: World) -> None:
    scene = await set_scene(world)
    where = ReadStore(merchant_id=world.merchant_id, store_id=scene.shop.store_id)
    store = await world.office.run(read_store, where, world.owner)
    facts = msgspec.structs.asdict(store)
    del facts["opened_at"]
    closed = ChangeStore(**(facts | {"is_open": False}))
    await world.office.run(change_store, closed, world.owner)
    async with open_browser(world, "lin") as lin:
        await lin.open(scene.href)
        assert "休息中" in lin.words
        await lin.open(scene.order_path(oolong=1))
        assert "提交订单" not in lin.words
        mark = await world.mark()
        await lin.send(f"{scene.href}/order", scene.basket(oolong=1), status=422)
        assert await world.events(mark) == []


async def test_more_than_there_is_is_refused_and_nothing_changes(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        mark = await world.mark()
        await lin.send(f"{scene.href}/order", scene.basket(oolong=101), status=422)
        assert "notice-danger" in lin.page.text
        assert await world.events(mark) == []


async def test_who_scanned_a_table_eats_there_unless_they_object(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await lin.open(scene.table_path)
        await lin.open(scene.order_path(oolong=1))
        assert "堂食（3 号桌）" in lin.words
        await lin.send(f"{scene.href}/order", scene.basket(oolong=1), kind="dine_in")
        await lin.open(order_of(lin))
        assert "堂食 · 3 号桌" in lin.words
        await lin.send(f"{scene.href}/order", scene.basket(oolong=1), kind="take_away")
        await lin.open(order_of(lin))
        assert "外带" in lin.words


async def test_short_of_money_topped_up_and_paid(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        href = await place(lin, scene, oolong=2)
        assert lin.path == f"{href}/pay?new=1"
        assert "还差 ¥36.00，请先充值" in lin.words
        assert "测试银行" in lin.words
        assert "立即支付" not in lin.words
        mark = await world.mark()
        for amount in ("", "abc", "-5", "0", "1e9", "12.345", "9" * 30, "５０元", "NaN"):
            await lin.send(f"{href}/top-up", status=422, amount=amount)
        assert await world.events(mark) == []
        await lin.send(f"{href}/top-up", amount="５0")
        assert "立即支付" in lin.words
        key = lin.key
        await lin.send(f"{href}/pay", expected_total_fen=3600, idempotency_key=key)
        assert lin.path == f"{href}/done"
        assert "已支付" in lin.words
    assert await sales.balance(world, "lin") == 1_400


async def test_what_is_free_is_paid_with_nothing(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        href = await place(lin, scene, water=1)
        assert "¥0.00" in lin.words
        await lin.send(f"{href}/pay", expected_total_fen=0)
        assert lin.path == f"{href}/done"


async def test_a_double_tap_places_tops_up_and_pays_once(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await lin.open(scene.order_path(oolong=1))
        key, basket = lin.key, scene.basket(oolong=1)
        await lin.send(f"{scene.href}/order", basket, idempotency_key=key)
        href = order_of(lin)
        await lin.send(f"{scene.href}/order", basket, idempotency_key=key)
        assert order_of(lin) == href
        await lin.send(f"{scene.href}/order", scene.basket(jasmine=1), idempotency_key=key)
        assert order_of(lin) != href
        await lin.open(f"{href}/pay")
        for _ in range(2):
            await lin.send(f"{href}/top-up", amount="20", idempotency_key="a-key-of-a-page-1")
        assert await sales.balance(world, "lin") == 2_000
        await lin.open(f"{href}/pay")
        key = lin.key
        for _ in range(2):
            await lin.send(f"{href}/pay", expected_total_fen=1800, idempotency_key=key)
            assert lin.path == f"{href}/done"
        await lin.send(f"{href}/pay", expected_total_fen=1800)
        assert lin.path == href
    events = await world.events()
    assert events.count("orders.paid") == events.count("wallets.topped_up") == 1


async def test_going_back_and_placing_the_same_basket_again_is_one_order(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await lin.send(f"{scene.href}/arrive")
        await world.settle()
        await lin.open(scene.order_path(oolong=2))
        sheet, key = lin.path, lin.key
        assert "idempotency_key=" in sheet
        (coupon,) = await loyalty.coupons_of(world, "lin")
        first = {**scene.basket(oolong=2), "idempotency_key": key}
        await lin.send(f"{scene.href}/order", first, coupon=f"{coupon.coupon_id:d}")
        href = order_of(lin)
        await lin.open(sheet)
        assert "这一单已经提交过了" in lin.words
        assert "提交订单" not in lin.words
        assert lin.key == key
        # The coupon is set aside for the first order, so the sheet comes without it now.
        await lin.send(f"{scene.href}/order", first, coupon="none", note="少糖")
        assert order_of(lin) == href
        assert "已经下过单" in lin.words
        other = {**scene.basket(oolong=1), "idempotency_key": key}
        await lin.send(f"{scene.href}/order", other)
        assert order_of(lin) != href
        # Whoever goes back twice may send either again, and with another note.
        await lin.send(f"{scene.href}/order", first, coupon="none", note="多冰")
        assert order_of(lin) == href
        await lin.send(f"{scene.href}/order", other, note="多冰")
        assert order_of(lin) != href
    assert (await world.events()).count("orders.placed") == 2


async def test_a_browser_keeps_the_few_orders_that_it_placed_last(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await lin.open(scene.order_path(oolong=1))
        key, hrefs = lin.key, list[str]()
        for count in range(1, 8):
            basket = scene.basket(oolong=count)
            await lin.send(f"{scene.href}/order", basket, idempotency_key=key)
            hrefs.append(order_of(lin))
        assert len(set(hrefs)) == len(hrefs)
        assert len(lin.client.cookies["placed"]) < 1_000
        for count in range(3, 8):
            basket = scene.basket(oolong=count)
            await lin.send(f"{scene.href}/order", basket, note="热的", idempotency_key=key)
            assert order_of(lin) == hrefs[count - 1]


async def test_what_was_taken_back_can_be_ordered_again_from_the_same_sheet(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await lin.open(scene.order_path(oolong=1))
        sheet, key = lin.path, lin.key
        await lin.send(f"{scene.href}/order", scene.basket(oolong=1), idempotency_key=key)
        href = order_of(lin)
        await lin.send(f"{href}/cancel")
        kept = lin.client.cookies["placed"]
        await lin.send(f"{scene.href}/order", scene.basket(oolong=1), idempotency_key=key)
        again = order_of(lin)
        assert again != href
        # The second tap went out before the answer to the first came back.
        (memory,) = [one for one in lin.client.cookies.jar if one.name == "placed"]
        memory.value = kept
        await lin.send(f"{scene.href}/order", scene.basket(oolong=1), idempotency_key=key)
        assert order_of(lin) == again
        await world.advance(timedelta(minutes=16))
        await lin.open(sheet)
        assert "提交订单" in lin.words
        await lin.open(f"{again}/pay")


async def test_a_forged_memory_of_an_order_leads_to_nobody_elses(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await lin.open(scene.order_path(oolong=1))
        sheet, key = lin.path, lin.key
        await lin.send(f"{scene.href}/order", scene.basket(oolong=1), idempotency_key=key)
        kept = lin.client.cookies["placed"]
    async with open_browser(world, "chen") as chen:
        for forged in (kept, "x", "", "e30", kept[:-5]):
            chen.client.cookies.set("placed", forged)
            await chen.open(sheet)
            assert "提交订单" in chen.words, forged


async def test_every_refusal_says_what_to_do_next(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await lin.open(scene.order_path(oolong=101))
        await lin.send(
            f"{scene.href}/order", scene.basket(oolong=101), status=422, idempotency_key=lin.key
        )
        assert "铁观音只剩 100 件：请在下方修改数量" in lin.words
        assert "bill-line-short" in lin.page.text
        href = await place(lin, scene, oolong=1)
        await lin.send(f"{href}/pay", status=422, expected_total_fen=1800)
        assert "请先在下方充值，再支付" in lin.words
        assert "从测试银行充入" in lin.words
        await sales.fill_wallet(world, "lin", 10_000)
        await lin.send(f"{href}/pay", status=422, expected_total_fen=1799)
        assert "新的金额见下方" in lin.words
        await lin.send(f"{href}/pay", expected_total_fen=1800)
        await lin.send(f"{href}/pay", expected_total_fen=1800)
        assert "这是它的小票" in lin.words
        late = await place(lin, scene, jasmine=1)
        await world.advance(timedelta(minutes=16))
        await lin.send(f"{late}/pay", expected_total_fen=2250)
        assert "可以再来一单" in lin.words
        assert "获得积分" not in lin.words


async def test_a_coupon_that_does_not_count_yet_can_not_be_chosen(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await lin.send(f"{scene.href}/arrive")
        await world.settle()
        await lin.open(scene.order_path(oolong=1))
        (coupon,) = await loyalty.coupons_of(world, "lin")
        choice = re.search(rf'<input[^>]*value="{coupon.coupon_id:d}"[^>]*>', lin.page.text)
        assert choice
        assert " disabled" in choice[0]
        assert lin.words.count("还差 ¥12.00") == 2
        assert "1 张可选" not in lin.words
        # What the sheet sends when one more is added: the coupon counts now, and is taken.
        left = r'name="(coupon|best_coupon)" value="([^"]*)"(?: checked| disabled|>)'
        form = [(name, value) for name, value in re.findall(left, lin.page.text)]
        assert ("coupon", "") in form
        await lin.open(f"{scene.order_path(oolong=2)}&coupon=&best_coupon=0")
        assert "\u2212¥5.00" in lin.words
        assert f'name="best_coupon" value="{coupon.coupon_id:d}"' in lin.page.text
        await lin.send(
            f"{scene.href}/order",
            scene.basket(oolong=2),
            coupon="",
            best_coupon=f"{coupon.coupon_id:d}",
            idempotency_key=lin.key,
        )
        assert "¥31.00" in lin.words


async def test_a_coupon_that_counts_no_more_makes_way(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await lin.send(f"{scene.href}/arrive")
        await world.settle()
        (coupon,) = await loyalty.coupons_of(world, "lin")
        await lin.open(f"{scene.order_path(oolong=1)}&coupon={coupon.coupon_id:d}")
        await lin.send(f"{scene.href}/order", scene.basket(oolong=1), idempotency_key=lin.key)
        assert "¥18.00" in lin.words


async def test_a_coupon_that_is_gone_leaves_the_order_without_it(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await lin.send(f"{scene.href}/arrive")
        await world.settle()
        (coupon,) = await loyalty.coupons_of(world, "lin")
        chosen = f"{coupon.coupon_id:d}"
        await lin.open(scene.order_path(oolong=2))
        await lin.send(
            f"{scene.href}/order", scene.basket(oolong=2), coupon=chosen, idempotency_key=lin.key
        )
        await lin.open(scene.order_path(jasmine=2))
        await lin.send(
            f"{scene.href}/order",
            scene.basket(jasmine=2),
            status=422,
            coupon=chosen,
            idempotency_key=lin.key,
        )
        assert "已不再使用这张券" in lin.words
        assert lin.words.count("占用") == 1


async def test_what_was_shown_is_what_is_paid(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        href = await place(lin, scene, oolong=1)
        await sales.fill_wallet(world, "lin", 10_000)
        for expected in ("1799", "-1", "x", "9" * 30):
            await lin.send(f"{href}/pay", status=422, expected_total_fen=expected)
    assert await sales.balance(world, "lin") == 10_000


async def test_an_order_of_somebody_else_does_not_exist(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        href = await place(lin, scene, oolong=1)
    async with open_browser(world, "chen") as chen:
        mark = await world.mark()
        for path in (href, f"{href}/pay", f"{href}/done"):
            await chen.open(path, status=404)
        for path in (f"{href}/pay", f"{href}/cancel", f"{href}/top-up"):
            await chen.send(path, status=404, amount="5", expected_total_fen=1800)
        assert await world.events(mark) == []
    async with open_browser(world) as stranger:
        await stranger.open(href)
        assert stranger.path.startswith("/sign-in")
        await stranger.send(f"{href}/pay")
        assert stranger.path.startswith("/sign-in")


async def test_an_order_can_be_taken_back_until_it_is_paid(world: World) -> None:
    scene = await set_scene(world)
    await world.person("lin")
    await sales.open_bank(world)
    await sales.fill_wallet(world, "lin", 10_000)
    async with open_browser(world, "lin") as lin:
        href = await place(lin, scene, oolong=1)
        await lin.open("/home")
        assert "待支付 ¥18" in lin.words
        await lin.send(f"{href}/cancel")
        assert "订单已取消" in lin.words
        await lin.open(f"{href}/pay")
        assert lin.path == href
        paid = await place(lin, scene, oolong=1)
        await lin.send(f"{paid}/pay", expected_total_fen=1800)
        await lin.send(f"{paid}/cancel")
        assert "toast-warning" in lin.page.text


async def test_an_order_that_expired_can_not_be_paid(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        href = await place(lin, scene, oolong=1)
        await sales.fill_wallet(world, "lin", 10_000)
        await world.advance(timedelta(minutes=16))
        await lin.send(f"{href}/pay", expected_total_fen=1800)
        assert lin.path == href
        assert "超时未支付" in lin.words


async def test_a_receipt_tells_everything_also_what_went_back(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await sales.fill_wallet(world, "lin", 10_000)
        await lin.send(f"{scene.href}/arrive")
        await world.settle()
        order = await sales.buy(world, "lin", scene.shop, {scene.shop.oolong: 2})
        await sales.refund(world, order, {1: 1}, reason="凉了")
        await world.settle()
        await lin.open(f"/orders/{order.order_id:d}")
        for words in ("部分退款", "已退 1 件", "退款后实付", "凉了", "¥18.00", "退回积分"):
            assert words in lin.words
        await lin.open("/orders?show=paid")
        assert "铁观音" in lin.words
        await lin.open("/orders?show=unpaid")
        assert "还没有订单" in lin.words
        await lin.open("/orders?show=<script>")
        assert "铁观音" in lin.words
        await lin.open("/wallet")
        assert "+¥18.00" in lin.words


async def test_long_lists_go_on(world: World) -> None:
    scene = await set_scene(world)
    await world.person("lin")
    for _ in range(21):
        await sales.place(world, "lin", scene.shop, {scene.shop.oolong: 1})
    async with open_browser(world, "lin") as lin:
        await lin.open("/orders")
        found = re.search(r'hx-get="(/orders\?cursor=[^"]+)"', lin.page.text)
        assert found
        await lin.open(found[1])
        assert lin.page.text.count('class="order-card"') == 1
        await lin.open("/orders?cursor=nonsense", status=422)
