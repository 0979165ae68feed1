"""A dear order asks for the pay password on its sheet, and is paid with it."""

from banyan.books.actor import SYSTEM
from banyan.parties.people import PersonId
from banyan.pay.passwords import GivePassword, give_password
from banyan.pay.risk import Action, Measure
from tests.doors.pages.phone.test_ordering import place
from tests.kit import sales
from tests.kit.pages import open_browser
from tests.kit.risk import hold, rule
from tests.kit.scene import set_scene
from tests.kit.world import World


async def test_a_dear_order_is_paid_with_the_password(world: World) -> None:
    scene = await set_scene(world)
    await hold(world, rule(Measure.AMOUNT, 1_000, Action.STEP_UP))
    async with open_browser(world, "lin") as lin:
        href = await place(lin, scene, oolong=1)
        await sales.open_bank(world)
        await sales.fill_wallet(world, "lin", 5_000)
        before = await sales.balance(world, "lin")
        await lin.open(f"{href}/pay")
        await lin.send(f"{href}/pay", idempotency_key=lin.key, status=422)
        assert "你还没有设置" in lin.words
        person_id = PersonId(world.as_person("lin").person_id)
        given = GivePassword(person_id=person_id, password="258036")
        await world.office.run(give_password, given, SYSTEM)
        await lin.open(f"{href}/pay")
        await lin.send(f"{href}/pay", idempotency_key=lin.key, status=422)
        assert "该笔支付金额较大" in lin.words
        wrong = {"pay_password": "111111"}
        await lin.send(f"{href}/pay", wrong, idempotency_key=lin.key, status=422)
        assert "还可以输入 4 次" in lin.words
        await lin.send(f"{href}/pay", {"pay_password": "12"}, idempotency_key=lin.key, status=422)
        assert await sales.balance(world, "lin") == before
        right = {"pay_password": "258036"}
        await lin.send(f"{href}/pay", right, idempotency_key=lin.key)
        assert lin.path == f"{href}/done"
    assert await sales.balance(world, "lin") == before - 1_800
