"""Sends many people money together."""

from typing import Annotated

import msgspec

from banyan.base import json
from banyan.base.errors import Failure, Invalid
from banyan.base.ids import Id
from banyan.base.money import CNY, CurrencyCode, PositiveFen
from banyan.base.text import LINE
from banyan.books.timers.types import Timer
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.pay.remit import store
from banyan.pay.remit.ends import end_remittances
from banyan.pay.remit.judging import attempt_of, forget, judge
from banyan.pay.remit.money import reserve
from banyan.pay.remit.ports import PORTS
from banyan.pay.remit.rules import DETAILS_MAX, check_amount, check_totals
from banyan.pay.remit.send_remittance import OWN, add_to_day, check_channel, seal_name
from banyan.pay.remit.telling import tell_batch
from banyan.pay.remit.types import (
    Batch,
    BatchFinished,
    BatchId,
    BatchSent,
    BatchState,
    NotifyUrl,
    OutNo,
    RealName,
    Remark,
    Remittance,
    RemittanceId,
    RemittanceState,
    Scene,
    Way,
)


class Detail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one person is to get."""

    out_no: OutNo
    openid: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    amount_fen: PositiveFen
    remark: Remark
    name: RealName = ""


class SendBatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send people money, each told by an openid of one of the merchant's channels."""

    merchant_id: MerchantId
    out_no: OutNo
    channel_id: Id
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern=LINE)]
    remark: Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern=LINE)]
    total_fen: PositiveFen
    details: Annotated[list[Detail], msgspec.Meta(min_length=1, max_length=DETAILS_MAX)]
    scene: Scene = ""
    notify_url: NotifyUrl = ""
    currency: CurrencyCode = CNY.code
    protocol: Annotated[str, msgspec.Meta(max_length=16, pattern=r"^[a-z0-9_]+$(?!\n)")] = OWN


@single(permission=Permission.FINANCE_WRITE)
async def send_batch(work: Work, command: SendBatch) -> Batch | Failure:
    """Set the money for all aside, and return the batch; the same order again is the same one.

    Nothing is set aside unless there is enough for everybody. Each then gets theirs soon; what is
    meant for an openid that the channel does not know fails, and was never set aside.

    Raises NotFound `channels.not_found`; Invalid `remit.totals_differ`, `remit.number_twice`,
    `remit.name_wanted`, `remit.name_unwanted`, `remit.number_reused`; Refusal `remit.too_large`,
    `remit.day_full`, `remit.purse_short`, `risk.refused`.
    """
    order = PORTS.seal.digest(json.encode(command).decode())
    known = await _find_known(work, command, order)
    if known is not None:
        return known
    amounts = [one.amount_fen for one in command.details]
    check_totals(amounts, [one.out_no for one in command.details], command.total_fen)
    for one in command.details:
        check_amount(one.amount_fen, one.name, "")
    await check_channel(work, command.merchant_id, command.channel_id)
    attempt = attempt_of(
        work, command.merchant_id, command.currency, command.total_fen, command.out_no
    )
    failure = await judge(work, attempt)
    if failure is not None:
        return await _find_known(work, command, order) or failure
    batch = _batch(work, command)
    if not await store.insert_batch(work.db, batch, order):
        known = await _find_known(work, command, order)
        assert known is not None
        await forget(work, attempt)
        return known
    await _reserve_all(work, command, batch)
    work.later("remit.process", batch.batch_id, work.now, b"%d" % command.merchant_id)
    work.record(
        BatchSent(
            merchant_id=command.merchant_id,
            channel_id=command.channel_id,
            subject_id=batch.batch_id,
            currency=command.currency,
            total_fen=command.total_fen,
            total_count=len(command.details),
        )
    )
    return batch


async def process_batch(work: Work, timer: Timer) -> None:
    """Let everybody of a batch have theirs; who is not there fails."""
    merchant_id = int(timer.data)
    state = await store.lock_batch(work.db, merchant_id, timer.subject)
    if state is not BatchState.ACCEPTED:
        return
    open_ones = await store.lock_of_batch(work.db, merchant_id, timer.subject)
    there = [one for one in open_ones if one.transfer_id]
    gone = [one for one in open_ones if not one.transfer_id]
    await end_remittances(work, there, RemittanceState.DONE)
    await end_remittances(work, gone, RemittanceState.FAILED, "OPENID_INVALID")
    batch = await store.find_batch(work.db, merchant_id, timer.subject)
    assert batch is not None
    await store.set_batch(work.db, batch, BatchState.FINISHED, "", work.now)
    batch = msgspec.structs.replace(batch, state=BatchState.FINISHED, updated_at=work.now)
    await tell_batch(work, batch)
    work.record(
        BatchFinished(
            merchant_id=merchant_id,
            channel_id=batch.channel_id,
            subject_id=batch.batch_id,
            done_fen=batch.done_fen,
            done_count=batch.done_count,
            failed_fen=batch.failed_fen,
            failed_count=batch.failed_count,
        )
    )


async def _find_known(work: Work, command: SendBatch, order: bytes) -> Batch | None:
    known = await store.find_batch_known(work.db, command.merchant_id, command.out_no)
    if known is None:
        return None
    batch_id, digest = known
    if digest != order:
        raise Invalid("remit.number_reused", out_no=command.out_no)
    return await store.find_batch(work.db, command.merchant_id, batch_id)


def _batch(work: Work, command: SendBatch) -> Batch:
    return Batch(
        merchant_id=Id(command.merchant_id),
        batch_id=BatchId(work.ids.next()),
        out_no=command.out_no,
        protocol=command.protocol,
        channel_id=command.channel_id,
        name=command.name,
        remark=command.remark,
        scene=command.scene,
        currency=command.currency,
        total_fen=command.total_fen,
        total_count=len(command.details),
        notify_url=command.notify_url,
        state=BatchState.ACCEPTED,
        close_reason="",
        created_at=work.now,
        updated_at=work.now,
    )


async def _reserve_all(work: Work, command: SendBatch, batch: Batch) -> None:
    openids = sorted({one.openid for one in command.details})
    people = await PORTS.find_people(work.db, command.channel_id, openids)
    ones = [_new(work, one, people.get(one.openid, 0)) for one in command.details]
    await store.insert_remittances(work.db, _shared(batch), ones)
    amounts: dict[int, int] = {}
    for one in ones:
        if one.transfer_id:
            amounts[one.person_id] = amounts.get(one.person_id, 0) + one.amount_fen
            reserve(work, command.merchant_id, one.person_id, command.currency, one)
    await add_to_day(work, command.merchant_id, amounts)


def _new(work: Work, detail: Detail, person_id: int) -> store.NewRemittance:
    remittance_id = RemittanceId(work.ids.next())
    return store.NewRemittance(
        remittance_id=remittance_id,
        out_no=detail.out_no,
        digest=b"",
        openid=detail.openid,
        person_id=person_id,
        sealed_name=seal_name(detail.name, remittance_id),
        amount_fen=detail.amount_fen,
        remark=detail.remark,
        transfer_id=work.ids.next() if person_id else 0,
    )


def _shared(batch: Batch) -> Remittance:
    return Remittance(
        merchant_id=batch.merchant_id,
        remittance_id=RemittanceId(0),
        batch_id=batch.batch_id,
        way=Way.BATCH,
        out_no="",
        protocol=batch.protocol,
        channel_id=batch.channel_id,
        openid="",
        currency=batch.currency,
        amount_fen=0,
        remark="",
        scene=batch.scene,
        perception="",
        style="",
        reports=[],
        notify_url=batch.notify_url,
        token="",
        state=RemittanceState.PROCESSING,
        fail_reason="",
        created_at=batch.created_at,
        updated_at=batch.created_at,
        expires_at=None,
    )
