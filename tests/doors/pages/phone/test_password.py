"""The pay password on the phone: set by a code, changed by itself, and what is refused is said."""

from banyan.pay.passwords import ReadPassword, read_password
from tests.kit.pages import open_browser
from tests.kit.parties import phone_of
from tests.kit.world import World


async def test_a_person_sets_and_changes_it(world: World) -> None:
    await world.person("lin")
    async with open_browser(world, "lin") as lin:
        await lin.open("/me/pay-password")
        assert "获取验证码" in lin.words
        await lin.send("/me/pay-password/code")
        await world.settle()
        code = world.sender.find_code(phone_of("lin"))
        sent = {"code": code, "password": "258036", "repeated": "258037"}
        await lin.send("/me/pay-password/reset", sent, status=422)
        assert "两次输入不一致" in lin.words
        await lin.send(
            "/me/pay-password/reset", sent, password="123456", repeated="123456", status=422
        )
        for bad in ("abcdef", "12345", "25803６"):
            await lin.send("/me/pay-password/reset", sent, password=bad, repeated=bad, status=422)
            assert "支付密码须为六位数字" in lin.words
        await lin.send("/me/pay-password/reset", sent, repeated="258036")
        assert lin.path == "/me"
        sent = {"old_password": "111111", "password": "730194", "repeated": "730194"}
        await lin.send("/me/pay-password/change", sent, status=422)
        assert "还可以输入 4 次" in lin.words
        await lin.send("/me/pay-password/change", sent, old_password="258036")
        assert lin.path == "/me"
        await lin.send("/me/pay-password/change", old_password="x", status=422)
    state = await world.office.run(read_password, ReadPassword(), world.as_person("lin"))
    assert state.is_set
