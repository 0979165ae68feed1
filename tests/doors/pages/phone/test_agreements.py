"""What people agree to on the phone: orders paid later, mandates, cars; and complaints."""

import re
from pathlib import Path

from banyan.base.ids import Id
from banyan.books.actor import SYSTEM
from banyan.outside.storage import FolderFiles
from banyan.parties.people import PersonId
from banyan.pay.complaints import PORTS, ListMyComplaints, list_my_complaints
from banyan.pay.parkings import ReadMyParking, deduct_parking, read_my_parking
from banyan.pay.passwords import GivePassword, give_password
from banyan.pay.risk import Absent, Action, Measure
from banyan.pay.scores import AskMandate, ListMyMandates, ask_mandate, list_my_mandates
from tests.kit.lending import PNG, lend, pay_for_tea
from tests.kit.pages import open_browser
from tests.kit.risk import hold, rule
from tests.kit.sales import balance, fill_wallet
from tests.kit.world import World
from tests.pay.parkings.test_parkings import deduction, enter


def find_picture(page: str) -> str:
    """Where the first picture of a complaint is."""
    found = re.search(r'<img src="([^"]*complaints/pictures/[^"]*)"', page)
    assert found
    return found[1]


async def give_pay_password(world: World, name: str) -> None:
    person_id = PersonId(world.as_person(name).person_id)
    given = GivePassword(person_id=person_id, password="258036")
    await world.office.run(give_password, given, SYSTEM)


async def test_somebody_agrees_to_an_order_and_pays_what_they_owe(world: World) -> None:
    lending = await lend(world)
    begun = await lending.begin()
    async with open_browser(world, "wu") as wu:
        await wu.open(f"/pay-later/{begun.token}")
        assert "¥100.00" in wu.words
        assert "确认之时" in wu.words
        await wu.send(f"/pay-later/{begun.token}")
        assert "使用中" in wu.words
        await lending.complete(350, off_fen=50)
        await world.settle()
        await wu.open("/pay-later")
        assert "待支付 ¥3.00" in wu.words
        pay = f"/pay-later/orders/{world.merchant_id:d}/{begun.order_id:d}/pay"
        assert "充值" in wu.words
        await wu.send(pay)
        assert "余额不足" in wu.words
        await fill_wallet(world, "wu", 500)
        await hold(world, rule(Measure.AMOUNT, 200, Action.STEP_UP, absent=Absent.REFUSE))
        await wu.send(pay, status=422)
        assert "你还没有设置" in wu.words
        await give_pay_password(world, "wu")
        await wu.send(pay, status=422)
        assert "该笔支付金额较大" in wu.words
        await wu.send(pay, {"pay_password": "111111"}, status=422)
        assert "还可以输入 4 次" in wu.words
        await wu.send(pay, {"pay_password": "258036"})
        assert "没有待支付" in wu.words
        assert await balance(world, "wu") == 200
        other = await lending.begin("bike-2")
        async with open_browser(world, "lin") as lin:
            await lin.open(f"/pay-later/{begun.token}", status=404)
            await lin.open(f"/pay-later/{other.token}")
            assert "确认并开始使用" in lin.words
    await world.check()


async def test_somebody_gives_a_mandate_and_ends_it(world: World) -> None:
    lending = await lend(world)
    asking = AskMandate(**lending.named, channel_id=Id(lending.channel.channel_id), code="auth-1")
    asked = await world.office.run(ask_mandate, asking, world.owner)
    lin = world.as_person("lin")
    async with open_browser(world, "lin") as browser:
        await browser.open(f"/pay-later/allow/{asked.token}")
        await browser.send(f"/pay-later/allow/{asked.token}")
        assert "您已同意" in browser.words
        assert len((await world.office.run(list_my_mandates, ListMyMandates(), lin)).items) == 1
        scheme = f"{world.merchant_id:d}/{lending.scheme.scheme_id:d}"
        await browser.send(f"/pay-later/services/{scheme}/close")
        assert not (await world.office.run(list_my_mandates, ListMyMandates(), lin)).items
        await browser.open(f"/pay-later/allow/{asked.token}")
        assert "授权已解除" in browser.words


async def test_somebody_has_a_car_that_pays_in_passing(world: World) -> None:
    lending = await lend(world)
    async with open_browser(world, "wu") as wu:
        await wu.open("/parking")
        assert "还没有车辆" in wu.words
        await wu.send("/parking/cars", {"plate_no": "x", "color": "blue"}, status=422)
        await wu.send("/parking/cars", {"plate_no": "粤b·88 8888", "color": "blue"})
        assert "粤B888888" in wu.words
        entry = await enter(world)
        taking = deduction(lending, entry, 500, "p-1")
        taken = await world.office.run(deduct_parking, taking, world.owner)
        await world.settle()
        pay = f"/parking/{world.merchant_id:d}/{taken.deduction_id:d}/pay"
        await wu.open("/parking")
        assert "请充值" in wu.words
        await wu.send(pay)
        assert wu.words.count("不足") == 2
        await fill_wallet(world, "wu", 500)
        await hold(world, rule(Measure.AMOUNT, 200, Action.STEP_UP, absent=Absent.REFUSE))
        await give_pay_password(world, "wu")
        await wu.send(pay, status=422)
        assert "该笔支付金额较大" in wu.words
        await wu.send(pay, {"pay_password": "258036"})
        assert "支付成功" in wu.words
        car = {"plate_no": "粤B888888", "color": "blue"}
        await wu.send("/parking/cars/pause", {**car, "is_paused": "on"})
        assert "已暂停" in wu.words
        await wu.send("/parking/cars/delete", car)
        await wu.send("/parking/cars/delete", car, status=404)
    mine = await world.office.run(read_my_parking, ReadMyParking(), world.as_person("wu"))
    assert mine.plates == []
    await world.check()


async def test_somebody_complains_with_a_picture_and_talks_it_over(
    world: World, tmp_path: Path
) -> None:
    PORTS.connect(files=FolderFiles(tmp_path))
    paid = await pay_for_tea(world)
    new = f"/complaints/new/{paid.merchant_id:d}/{paid.charge_id:d}"
    async with open_browser(world, "lin") as lin:
        await lin.open(new)
        assert "map-pin" not in lin.page.text  # what was paid for is no place
        told = {"problem": "refund", "told": "茶是凉的", "asked_fen": "50.00"}
        await lin.send(new, told, status=422)
        assert "不能超过可退金额" in lin.words
        answer = await lin.client.post(
            new,
            data={**told, "asked_fen": "5.00", "phone": "13800000001"},
            files={"image": ("cold.png", PNG, "image/png")},
            headers={"sec-fetch-site": "same-origin"},
        )
        assert answer.status_code == 303
        page = await world.office.run(
            list_my_complaints, ListMyComplaints(), world.as_person("lin")
        )
        (made,) = page.items
        path = f"/complaints/{made.merchant_id:d}/{made.complaint_id:d}"
        assert answer.headers["location"] == path
        await lin.open(path)
        assert "茶是凉的" in lin.words
        picture = find_picture(lin.page.text)
        assert (await lin.client.get(picture)).content == PNG
        await lin.send(path, {"told": "还在等"})
        assert "还在等" in lin.words
        await lin.open(new)
        assert lin.path == path  # it is under way: more is said there
        async with open_browser(world, "mei") as mei:
            await mei.open("/console/complaints")
            assert "茶是凉的" in mei.words
            own = f"/console/complaints/{made.complaint_id:d}"
            await mei.open(own)
            assert "13800000001" in mei.words
            shown = find_picture(mei.page.text)
            assert (await mei.client.get(shown)).content == PNG
            await mei.send(own, {"told": ""}, status=422)
            await mei.send(own, {"told": "马上重做"})
            await mei.send(f"{own}/refund", {"what": "refuse"}, status=422)
            assert mei.words.index("请检查填写的内容") < mei.words.index("多少天内退款")
            await mei.send(f"{own}/refund", {"what": "agree", "days": "1"})
            assert "同意退款" in mei.words
            assert f"/console/charges/{made.charge_id:d}" in mei.page.text
        await lin.open(path)
        assert "马上重做" in lin.words
        await lin.send(f"{path}/withdraw")
        assert "已处理" in lin.words
        await lin.open("/complaints")
        assert "申请退款" in lin.words
    async with open_browser(world, "chen") as chen:
        await chen.open(path, status=404)
        await chen.open(new, status=404)
        assert (await chen.client.get(picture)).status_code == 404
    await world.check()


async def test_the_shop_offers_services_and_sees_what_is_owed(world: World) -> None:
    lending = await lend(world)
    await lending.use("wu")
    await lending.complete(500)
    await world.settle()
    async with open_browser(world, "mei") as mei:
        await mei.open("/console/pay-later?show=owed")
        assert "扣款失败 1 次" in mei.words
        home = "/console/pay-later"
        await mei.send(home, {"name": "充电宝", "risk_max_fen": "x"}, status=422)
        await mei.send(home, {"name": "充电宝", "risk_max_fen": "99"})
        assert "充电宝" in mei.words
        own = f"{home}/{lending.scheme.scheme_id:d}"
        await mei.send(f"{own}/collect", {"out_no": "bike-1"})
        assert "扣款失败 2 次" in mei.words
        await lending.begin("bike-2")
        await mei.send(f"{own}/revoke", {"out_no": "bike-2"})
        assert "已取消" in mei.words or "撤回" in mei.words
        await mei.send(own, {"name": "单车骑行", "risk_max_fen": "20000"})
        assert "重新开通" in mei.words
        await mei.open("/console/parkings")
        await mei.open("/console/guides")
    await world.check()
