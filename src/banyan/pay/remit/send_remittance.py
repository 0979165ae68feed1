"""Sends a person money: to be confirmed by them, or at once."""

from typing import Annotated

import msgspec

from banyan.base import json
from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.base.ids import NONE, Id
from banyan.base.money import CNY, CurrencyCode, PositiveFen
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.parties.people import PersonId
from banyan.pay.remit import store
from banyan.pay.remit.ends import note_given
from banyan.pay.remit.judging import attempt_of, forget, judge
from banyan.pay.remit.money import give, reserve
from banyan.pay.remit.ports import PORTS
from banyan.pay.remit.rules import (
    CONFIRM_WITHIN,
    MERCHANT_DAY_MAX_FEN,
    PERSON_DAY_MAX_FEN,
    check_amount,
    check_scene,
    day_of,
)
from banyan.pay.remit.types import (
    BatchId,
    NotifyUrl,
    OutNo,
    RealName,
    Remark,
    Remittance,
    RemittanceId,
    RemittanceSent,
    RemittanceState,
    Report,
    Scene,
    Way,
)

_FINDERS = frozenset({"app", "system"})
"""Those for whom a door has found out who is meant."""
_PROGRAMS = frozenset({"payee", "system"})
OWN = "own"
"""The protocol of our own doors."""


class SendRemittance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send somebody money, who is told by an openid of one of the merchant's channels."""

    merchant_id: MerchantId
    out_no: OutNo
    channel_id: Id = NONE
    openid: Annotated[str, msgspec.Meta(max_length=64)] = ""
    person_id: PersonId = PersonId(0)
    """Whom, where a door has found that out: it goes before the openid."""
    amount_fen: PositiveFen
    remark: Remark
    scene: Scene = ""
    reports: Annotated[list[Report], msgspec.Meta(max_length=10)] = []
    name: RealName = ""
    """Who is meant to get it."""
    perception: Annotated[str, msgspec.Meta(max_length=32, pattern=LINE)] = ""
    style: Annotated[str, msgspec.Meta(max_length=16, pattern=r"^[A-Z_]*$(?!\n)")] = ""
    notify_url: NotifyUrl = ""
    currency: CurrencyCode = CNY.code
    is_confirmed: bool = True
    """Whether the person is to confirm; else it reaches them at once."""
    protocol: Annotated[str, msgspec.Meta(max_length=16, pattern=r"^[a-z0-9_]+$(?!\n)")] = "own"


@single(permission=Permission.FINANCE_WRITE)
async def send_remittance(work: Work, command: SendRemittance) -> Remittance | Failure:
    """Set the money aside, and return the remittance; the same order again returns the same one.

    It waits a day for the person's word, then the money goes back; without confirmation it is
    theirs at once. No two of one number; what a day allows holds between rivals.

    Raises NotFound `channels.not_found`, `remit.no_such_person`; Invalid `remit.name_wanted`,
    `remit.name_unwanted`, `remit.unknown_scene`, `remit.no_reports`, `remit.number_reused`;
    Refusal `remit.too_large`, `remit.day_full`, `remit.purse_short`, `risk.refused`.
    """
    way = Way.CONFIRM if command.is_confirmed else Way.DIRECT
    order = PORTS.seal.digest(json.encode(command).decode())
    known = await _find_known(work, command, way, order)
    if known is not None:
        return known
    # Names from and up to certain sums are a rule of those who are told by openid.
    if not _is_found(work, command):
        check_amount(command.amount_fen, command.name, command.style)
    if command.is_confirmed:
        check_scene(command.scene, command.reports)
    person_id = await _find_person(work, command)
    attempt = attempt_of(
        work, command.merchant_id, command.currency, command.amount_fen, command.out_no
    )
    failure = await judge(work, attempt)
    if failure is not None:
        # We waited for rivals: what one of them has sent under this number is not sent again.
        return await _find_known(work, command, way, order) or failure
    one = _new(work, command, person_id, order)
    sent = _sent(work, command, one, way)
    if not await store.insert_remittances(work.db, sent, [one]):
        known = await _find_known(work, command, way, order)
        assert known is not None
        await forget(work, attempt)
        return known
    await add_to_day(work, command.merchant_id, {person_id: command.amount_fen})
    if way is Way.CONFIRM:
        _note_offer(work, sent, one)
    else:
        give(work, sent, person_id)
        note_given(work, sent, person_id)
    return sent


async def add_to_day(work: Work, merchant_id: int, amounts: dict[int, int]) -> None:
    """Count what is sent to each person today. Raises Refusal `remit.day_full`."""
    total = sum(amounts.values())
    if not total:
        return
    sums = await store.add_sent(
        work.db, merchant_id, day_of(work.now), {int(NONE): total, **amounts}
    )
    maxima = dict.fromkeys(sums, PERSON_DAY_MAX_FEN) | {int(NONE): MERCHANT_DAY_MAX_FEN}
    for person_id, amount_fen in sums.items():
        if amount_fen > maxima[person_id]:
            raise Refusal("remit.day_full", amount_max_fen=maxima[person_id])


async def _find_known(
    work: Work, command: SendRemittance, way: Way, order: bytes
) -> Remittance | None:
    known = await store.find_known(work.db, command.merchant_id, way, command.out_no)
    if known is None:
        return None
    remittance_id, digest = known
    if digest != order:
        raise Invalid("remit.number_reused", out_no=command.out_no)
    held = await store.find_remittance(work.db, command.merchant_id, remittance_id=remittance_id)
    assert held is not None
    return held.remittance


def _is_found(work: Work, command: SendRemittance) -> bool:
    """Whether a door has found out who is meant; from anybody else it is only a number."""
    return bool(command.person_id) and work.actor.kind in _FINDERS


async def _find_person(work: Work, command: SendRemittance) -> int:
    if _is_found(work, command):
        return int(command.person_id)
    await check_channel(work, command.merchant_id, command.channel_id)
    people = await PORTS.find_people(work.db, command.channel_id, [command.openid])
    person_id = people.get(command.openid)
    if person_id is None:
        raise NotFound("remit.no_such_person", openid=command.openid)
    return person_id


async def check_channel(work: Work, merchant_id: int, channel_id: int) -> None:
    """Let a merchant's people use its own channels; its program was let in with the channel.

    Raises NotFound `channels.not_found`.
    """
    if work.actor.kind not in _PROGRAMS:
        await PORTS.check_owner(work.db, merchant_id, channel_id)


def _new(work: Work, command: SendRemittance, person_id: int, order: bytes) -> store.NewRemittance:
    remittance_id = RemittanceId(work.ids.next())
    return store.NewRemittance(
        remittance_id=remittance_id,
        out_no=command.out_no,
        digest=order,
        openid=command.openid,
        person_id=person_id,
        sealed_name=seal_name(command.name, remittance_id),
        amount_fen=command.amount_fen,
        remark=command.remark,
        token=PORTS.draw_token() if command.is_confirmed else "",
        transfer_id=work.ids.next() if command.is_confirmed else 0,
    )


def seal_name(name: str, remittance_id: RemittanceId) -> bytes | None:
    """Somebody's name, for the merchant's eyes only."""
    return PORTS.seal.close(name, f"name {int(remittance_id)}") if name else None


def _sent(work: Work, command: SendRemittance, one: store.NewRemittance, way: Way) -> Remittance:
    return Remittance(
        merchant_id=Id(command.merchant_id),
        remittance_id=one.remittance_id,
        batch_id=BatchId(0),
        way=way,
        out_no=command.out_no,
        protocol=command.protocol,
        channel_id=command.channel_id,
        openid=command.openid,
        currency=command.currency,
        amount_fen=command.amount_fen,
        remark=command.remark,
        scene=command.scene,
        perception=command.perception,
        style=command.style,
        reports=command.reports,
        notify_url=command.notify_url,
        token=one.token,
        state=RemittanceState.WAITING if way is Way.CONFIRM else RemittanceState.DONE,
        fail_reason="",
        created_at=work.now,
        updated_at=work.now,
        expires_at=work.now + CONFIRM_WITHIN if way is Way.CONFIRM else None,
    )


def _note_offer(work: Work, sent: Remittance, one: store.NewRemittance) -> None:
    reserve(work, sent.merchant_id, one.person_id, sent.currency, one)
    assert sent.expires_at is not None
    data = b"%d" % sent.merchant_id
    work.later("remit.expire", sent.remittance_id, sent.expires_at, data)
    work.record(
        RemittanceSent(
            merchant_id=sent.merchant_id,
            person_id=one.person_id,
            channel_id=sent.channel_id,
            subject_id=sent.remittance_id,
            currency=sent.currency,
            amount_fen=sent.amount_fen,
            token=sent.token,
        )
    )
