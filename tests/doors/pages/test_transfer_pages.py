"""Transfers and shares as people and merchants see them on their pages."""

from __future__ import annotations

from banyan.pay.remit import Detail, SendBatch, send_batch
from banyan.pay.split import DeleteReceiver, ReceiverKind, delete_receiver
from tests.kit.charges import open_till
from tests.kit.pages import open_browser
from tests.kit.remit import payer, purse, send
from tests.kit.sales import balance
from tests.kit.split import bring_back, paid_charge, part, partner, share
from tests.kit.talks import follower
from tests.kit.world import World


async def test_a_person_takes_what_they_are_sent(world: World) -> None:
    channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    sent = await send(world, channel, openid, amount_fen=321, perception="活动奖励")
    async with open_browser(world, "lin", language="zh") as lin:
        await lin.open("/wallet")
        assert "商家转账" in lin.words
        await lin.open("/transfers")
        assert "待您收款" in lin.words
        await lin.open(f"/transfers/{sent.token}")
        assert "活动奖励" in lin.words
        for _ in range(2):
            await lin.send(f"/transfers/{sent.token}/confirm")
        assert "已到账" in lin.words
    assert await balance(world, "lin") == 321
    async with open_browser(world, "wu") as wu:
        await wu.open(f"/transfers/{sent.token}", status=404)


async def test_what_has_ended_is_not_taken(world: World) -> None:
    channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    sent = await send(world, channel, openid)
    async with (
        open_browser(world, "lin", language="zh") as lin,
        open_browser(world, "mei", language="zh") as mei,
    ):
        await mei.open("/console/transfers")
        assert "待用户确认" in mei.words
        await mei.send("/console/transfers/cancel", out_no=sent.out_no)
        assert "已撤销" in mei.words
        await lin.send(f"/transfers/{sent.token}/confirm", status=409)
        assert "款项已退回商家" in lin.words
    assert await purse(world) == (1_000, 1_000)


async def test_a_merchant_sees_batches_and_who_got_what(world: World) -> None:
    channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    details = [Detail(out_no="D1", openid=openid, amount_fen=150, remark="奖金")]
    command = SendBatch(
        merchant_id=world.merchant_id,
        out_no="P1",
        channel_id=channel.channel_id,
        name="十一月奖金",
        remark="奖金",
        total_fen=150,
        details=details,
    )
    batch = await world.office.run(send_batch, command, world.owner)
    await world.settle()
    async with open_browser(world, "mei", language="zh") as mei:
        await mei.open("/console/transfers")
        assert "十一月奖金" in mei.words
        await mei.open(f"/console/transfers/batches/{batch.batch_id:d}")
        assert "D1" in mei.words
        assert "¥1.50" in mei.words


async def test_a_merchant_sees_what_was_shared(world: World) -> None:
    await open_till(world, "lin")
    async with open_browser(world, "mei", language="zh") as mei:
        await mei.open("/console/shares")
        assert "还没有分账" in mei.words
        charge = await paid_charge(world, "T1", 10_000)
        coop = await partner(world)
        await share(world, charge, "S1", part(coop, 1_000))
        await bring_back(world, "S1", "R1", coop, 400)
        await share(world, charge, "S2", is_last=True)
        await mei.open("/console/shares")
        assert coop.mchid in mei.words
        assert "合作伙伴" in mei.words
        assert "已回退 ¥4.00" in mei.words
        assert "已解冻 ¥93.40" in mei.words
        assert charge.transaction_no in mei.words
        assert f"/console/charges/{charge.charge_id:d}" in mei.page.text
        await mei.open(f"/console/charges/{charge.charge_id:d}")
        assert "分给他人 −¥6.00" in mei.words
        assert "我的 ¥93.40" in mei.words
        await world.office.run(
            delete_receiver,
            DeleteReceiver(
                merchant_id=world.merchant_id, kind=ReceiverKind.MERCHANT, account=coop.mchid
            ),
            world.owner,
        )
        await share(world, await paid_charge(world, "T2", 10_000), "S3", part(coop, 100))
        await mei.open("/console/shares")
        assert "未添加为接收方" in mei.words
        await mei.send("/console/shares", notify_url="ftp://x", status=422)
        await mei.send("/console/shares", notify_url="https://tea.example/shares")
        assert "https://tea.example/shares" in mei.page.text
