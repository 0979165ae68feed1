"""A dear order asks for the pay password on its sheet, and is paid with it."""

from banyan.books.actor import SYSTEM
from banyan.parties.people import PersonId
from banyan.pay.passwords import GivePassword, give_password
from banyan.pay.risk import Action, Measure
from tests.doors.pages.phone.test_ordering import place
from tests.kit import sales
from tests.kit.pages import Browser, open_browser
from tests.kit.parties import phone_of
from tests.kit.risk import hold, rule
from tests.kit.scene import set_scene
from tests.kit.world import World


async def _place_dear(world: World, lin: Browser) -> str:
    """Have Lin, who has the money for it, order what asks for the pay password."""
    scene = await set_scene(world)
    await hold(world, rule(Measure.AMOUNT, 1_000, Action.STEP_UP))
    href = await place(lin, scene, oolong=1)
    await sales.open_bank(world)
    await sales.fill_wallet(world, "lin", 5_000)
    return href


async def _give_password(world: World) -> None:
    person_id = PersonId(world.as_person("lin").person_id)
    given = GivePassword(person_id=person_id, password="258036")
    await world.office.run(give_password, given, SYSTEM)


async def test_a_dear_order_is_paid_with_the_password(world: World) -> None:
    async with open_browser(world, "lin") as lin:
        href = await _place_dear(world, lin)
        before = await sales.balance(world, "lin")
        await lin.open(f"{href}/pay")
        await lin.send(f"{href}/pay", idempotency_key=lin.key, status=422)
        assert "你还没有设置" in lin.words
        await _give_password(world)
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


async def test_a_locked_password_leads_to_what_unlocks_it(world: World) -> None:
    async with open_browser(world, "lin") as lin:
        href = await _place_dear(world, lin)
        await _give_password(world)
        for number in range(5):
            form = {"pay_password": "111111", "idempotency_key": f"{number}" * 9}
            await lin.send(f"{href}/pay", form, status=422)
        for _ in range(2):
            assert "用验证码解锁" in lin.words
            assert 'name="pay_password"' not in lin.page.text
            assert f"/me/pay-password?next={href}/pay" in lin.page.text
            await lin.send(f"{href}/pay", idempotency_key="again-1", status=422)
        await lin.open(f"/me/pay-password?next={href}/pay")
        await lin.send("/me/pay-password/code", next=f"{href}/pay")
        await world.settle()
        sent = {"code": world.sender.find_code(phone_of("lin")), "next": f"{href}/pay"}
        await lin.send("/me/pay-password/reset", sent, password="730194", repeated="730194")
        assert lin.path == f"{href}/pay"
        await lin.send(f"{href}/pay", pay_password="730194", idempotency_key="again-2")
        assert lin.path == f"{href}/done"
