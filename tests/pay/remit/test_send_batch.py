"""Money to many: all or nothing is set aside, each gets theirs, who is not there fails."""

# ruff: noqa: ANN401 - any field of a command

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.pay.remit import (
    AskReceipt,
    Batch,
    BatchState,
    Detail,
    ListDetails,
    ReadBatch,
    ReadPaper,
    ReadReceipt,
    ReceiptKind,
    RemittanceState,
    SendBatch,
    ask_receipt,
    list_details,
    read_batch,
    read_paper,
    read_receipt,
    send_batch,
)
from banyan.pay.risk import Action, Measure
from banyan.reach.channels import Channel
from tests.kit.remit import payer, purse
from tests.kit.risk import decisions, hold, rule
from tests.kit.sales import balance
from tests.kit.talks import follower
from tests.kit.world import World


async def _send(
    world: World, channel: Channel, details: list[Detail], out_no: str = "P1", **facts: Any
) -> Batch:
    fields = {
        "merchant_id": world.merchant_id,
        "out_no": out_no,
        "channel_id": channel.channel_id,
        "name": "十一月奖金",
        "remark": "奖金",
        "total_fen": sum(one.amount_fen for one in details),
        "details": details,
        **facts,
    }
    return await world.office.run(send_batch, SendBatch(**fields), world.owner)


def _detail(number: int, openid: str, amount_fen: int = 100) -> Detail:
    return Detail(out_no=f"D{number}", openid=openid, amount_fen=amount_fen, remark="奖金")


async def test_everybody_gets_theirs(world: World) -> None:
    channel = await payer(world, 1_000)
    _, lin = await follower(world, channel)
    _, wu = await follower(world, channel, "wu")
    details = [_detail(1, lin), _detail(2, wu, 200), _detail(3, "o" * 28, 50)]
    batch = await _send(world, channel, details)
    assert batch.state is BatchState.ACCEPTED
    assert await purse(world) == (1_000, 700)
    assert await _send(world, channel, details) == batch

    await world.settle()
    query = ReadBatch(merchant_id=world.merchant_id, out_no="P1")
    batch = await world.office.run(read_batch, query, world.owner)
    assert batch.state is BatchState.FINISHED
    assert (batch.done_fen, batch.done_count) == (300, 2)
    assert (batch.failed_fen, batch.failed_count) == (50, 1)
    assert await purse(world) == (700, 700)
    assert (await balance(world, "lin"), await balance(world, "wu")) == (100, 200)
    listing = ListDetails(
        merchant_id=world.merchant_id, batch_id=batch.batch_id, state=RemittanceState.FAILED
    )
    (failed,) = (await world.office.run(list_details, listing, world.owner)).items
    assert (failed.out_no, failed.fail_reason) == ("D3", "OPENID_INVALID")


async def test_a_batch_is_all_or_nothing(world: World) -> None:
    channel = await payer(world, 1_000)
    _, lin = await follower(world, channel)
    with pytest.raises(Refusal, match=r"remit\.purse_short"):
        await _send(world, channel, [_detail(1, lin, 600), _detail(2, lin, 600)])
    with pytest.raises(Invalid, match=r"remit\.totals_differ"):
        await _send(world, channel, [_detail(1, lin)], total_fen=101)
    with pytest.raises(Invalid, match=r"remit\.number_twice"):
        await _send(world, channel, [_detail(1, lin), _detail(1, lin)])
    with pytest.raises(NotFound, match=r"remit\.not_found"):
        await world.office.run(
            read_batch, ReadBatch(merchant_id=world.merchant_id, out_no="P1"), world.owner
        )
    assert await purse(world) == (1_000, 1_000)


async def test_rival_batches_share_one_purse(world: World) -> None:
    channel = await payer(world, 1_000)
    _, lin = await follower(world, channel)
    outcomes = await asyncio.gather(
        *(
            _send(world, channel, [_detail(1, lin, 200), _detail(2, lin, 200)], f"P{number}")
            for number in range(5)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Batch) for one in outcomes) == 2
    await world.settle()
    assert await purse(world) == (200, 200)
    assert await balance(world, "lin") == 800


async def test_receipts_are_of_what_came(world: World) -> None:
    channel = await payer(world, 1_000)
    _, lin = await follower(world, channel)
    batch = await _send(world, channel, [_detail(1, lin)])
    wish = AskReceipt(
        merchant_id=world.merchant_id, kind=ReceiptKind.BATCH, subject_id=batch.batch_id
    )
    with pytest.raises(Refusal, match=r"remit\.no_receipt_yet"):
        await world.office.run(ask_receipt, wish, world.owner)
    await world.settle()
    receipt = await world.office.run(ask_receipt, wish, world.owner)
    assert not receipt.is_ready
    assert await world.office.run(ask_receipt, wish, world.owner) == receipt
    with pytest.raises(NotFound, match=r"remit\.no_receipt"):
        await world.office.run(read_paper, ReadPaper(token=receipt.token), SYSTEM)
    await world.advance(timedelta(seconds=2))
    query = ReadReceipt(
        merchant_id=world.merchant_id, kind=ReceiptKind.BATCH, subject_id=batch.batch_id
    )
    assert (await world.office.run(read_receipt, query, world.owner)).is_ready
    paper = await world.office.run(read_paper, ReadPaper(token=receipt.token), SYSTEM)
    assert paper.batch is not None
    assert paper.batch.done_fen == 100


async def test_a_batch_that_risk_refuses_sends_nothing_to_anybody(world: World) -> None:
    channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    await hold(world, rule(Measure.AMOUNT, 150, kinds=["remittance"]))
    details = [_detail(1, openid), _detail(2, openid)]
    with pytest.raises(Refusal, match=r"risk\.refused"):
        await _send(world, channel, details)
    assert await purse(world) == (1_000, 1_000)
    (made,) = await decisions(world)
    assert (made.subject, made.amount_fen, made.action) == ("remit.P1", 200, Action.REFUSE)
    await hold(world)
    assert (await _send(world, channel, details)).total_fen == 200
    await world.check()
