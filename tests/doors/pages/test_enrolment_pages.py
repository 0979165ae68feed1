"""A provider brings a merchant; an operator decides; whoever answers for it signs on the phone."""

from __future__ import annotations

from banyan.parties.merchants import MerchantId
from banyan.parties.sessions import PORTS
from banyan.pay.enrolments import ListEnrolments, SubmitEnrolment, list_enrolments, submit_enrolment
from banyan.pay.payees import OpenPayee, open_payee
from tests.kit.pages import open_browser
from tests.kit.parties import phone_of
from tests.kit.world import SECRET_KEY, World


async def _submit(world: World, merchant_id: MerchantId) -> None:
    command = SubmitEnrolment(
        merchant_id=merchant_id,
        out_no="B1",
        name="林记茶铺",
        phone=phone_of("lin"),
        details='{"contact_name": "林小姐"}',
    )
    await world.office.run(submit_enrolment, command, world.owner)


async def test_operators_read_what_was_said_and_decide(world: World) -> None:
    merchant_id = await world.merchant()
    await world.office.run(open_payee, OpenPayee(merchant_id=merchant_id), world.owner)
    await world.person("lin")
    await _submit(world, merchant_id)
    PORTS.connect(key=SECRET_KEY, sender=world.sender, operators={phone_of("wu")})
    async with open_browser(world, "mei") as mei, open_browser(world, "wu") as wu:
        await mei.open("/console/enrolments")
        assert "林记茶铺" in mei.words
        assert "林小姐" not in mei.words
        await mei.open("/console/enrolment-queue", status=404)
        await wu.open("/console/enrolment-queue")
        assert "林小姐" in wu.words
        path = wu.page.text.partition('action="/console/enrolment-queue/')[2].partition('"')[0]
        path = f"/console/enrolment-queue/{path}"
        await wu.send(path, reason="看不清")
        await mei.open("/console/enrolments")
        assert "看不清" in mei.words
        await _submit(world, merchant_id)
        await wu.open("/console/enrolment-queue")
        await wu.send(path)
        assert "没有待审核的申请" in wu.words
        await mei.open("/console/enrolments")
        assert "签约链接" in mei.words
    page = await world.office.run(
        list_enrolments, ListEnrolments(merchant_id=merchant_id), world.owner
    )
    async with open_browser(world, "lin") as lin:
        await lin.send(f"/enrolments/{page.items[0].token}/sign")
        assert "签约成功" in lin.words
        await lin.open("/console")
    await world.check()
