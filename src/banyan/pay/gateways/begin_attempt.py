"""Begins attempts to be paid, on behalf of rooms above that know what is to be paid."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.base.ids import Id
from banyan.base.money import CNY
from banyan.base.secret import new_code
from banyan.books.work import Work
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import rules, store
from banyan.pay.gateways.read_gateways import find_openid, list_open_gateways
from banyan.pay.gateways.rows import KeptAttempt
from banyan.pay.gateways.types import (
    BELL,
    Attempt,
    AttemptId,
    AttemptState,
    Gateway,
    GatewayAsked,
    GatewayKind,
    Way,
)

_out_no_length = 28


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be paid through which gateway, and by whom."""

    merchant_id: int
    kind: GatewayKind
    way: Way
    subject: str
    subject_id: int
    person_id: int = 0
    taken_by: int = 0
    currency: str
    amount_fen: int
    description: str
    expires_at: datetime
    """Until when it can be paid at all."""
    return_path: str
    payer_ip: str = ""

    @property
    def key(self) -> tuple[int, str, int]:
        """What is to be paid."""
        return (self.merchant_id, self.subject, self.subject_id)


async def lock_live_attempts(work: Work, merchant_id: int, subject: str, subject_id: int) -> None:
    """Lock what may still be paid for something: before the thing itself, as whoever hears does."""
    await store.list_live(work.db, merchant_id, subject, subject_id, is_locking=True)


async def begin_attempt(work: Work, wanted: Wanted) -> Attempt:
    """Have a provider take on a payment; asked again it is the same while it is for the same money.

    The caller has locked first the live attempts, then what is to be paid, and found that it may
    be. Whatever else was begun for it is closed: of two ways one remains.

    Raises Invalid `gateways.no_such_way`, `gateways.openid_missing`; Refusal `gateways.not_open`,
    `gateways.currency`, `gateways.nothing_to_pay`, `gateways.too_late`.
    """
    gateway = await _find_gateway(work, wanted)
    openid = ""
    if wanted.way is Way.JSAPI:
        openid = await find_openid(work.db, gateway, wanted.person_id)
        if not openid:
            raise Invalid("gateways.openid_missing")
    live = await store.list_live(work.db, *wanted.key, is_locking=False)
    same = _find_same(live, wanted, gateway, openid, work.now)
    keys = [(wanted.merchant_id, wanted.subject_id)]
    await store.end_attempts(work.db, wanted.subject, keys, same.attempt_id if same else 0)
    if same is not None:
        return same
    attempt = _new(work, wanted, gateway, openid)
    kept = KeptAttempt(
        attempt=attempt, payer_ip=wanted.payer_ip, return_path=wanted.return_path, tries=0
    )
    await store.insert_attempt(work.db, kept)
    work.ring(BELL)
    work.record(
        GatewayAsked(
            merchant_id=wanted.merchant_id,
            person_id=wanted.person_id,
            subject_id=int(attempt.attempt_id),
            provider=wanted.kind,
        )
    )
    return attempt


async def end_attempts(work: Work, subject: str, keys: Sequence[tuple[int, int]]) -> None:
    """Close what may still be paid for these (merchant, subject): they are paid or over."""
    if await store.end_attempts(work.db, subject, keys, 0):
        (merchant_id, subject_id), *_ = keys
        # It wakes whoever asks providers; for which of them makes no difference.
        work.ring(BELL)
        work.record(
            GatewayAsked(
                merchant_id=merchant_id, subject_id=subject_id, provider=GatewayKind.WECHATPAY
            )
        )


async def _find_gateway(work: Work, wanted: Wanted) -> Gateway:
    if wanted.way not in rules.WAYS[wanted.kind]:
        raise Invalid("gateways.no_such_way", kind=wanted.kind.value, way=wanted.way.value)
    if not wanted.amount_fen:
        raise Refusal("gateways.nothing_to_pay")
    if wanted.currency != CNY.code:
        raise Refusal("gateways.currency", currency=wanted.currency)
    if wanted.expires_at - work.now < rules.LEFT_MIN:
        raise Refusal("gateways.too_late")
    for one in await list_open_gateways(work.db, wanted.merchant_id):
        if one.kind is wanted.kind:
            return one
    raise Refusal("gateways.not_open", kind=wanted.kind.value)


def _find_same(
    live: Sequence[Attempt], wanted: Wanted, gateway: Gateway, openid: str, now: datetime
) -> Attempt | None:
    """The attempt that is still good for this."""
    told = (gateway.gateway_id, wanted.way, wanted.amount_fen, openid)
    for one in live:
        is_same = (one.gateway_id, one.way, one.amount_fen, one.openid) == told
        if is_same and not one.is_unwanted and now < one.expires_at:
            return one
    return None


def _new(work: Work, wanted: Wanted, gateway: Gateway, openid: str) -> Attempt:
    return Attempt(
        merchant_id=MerchantId(wanted.merchant_id),
        attempt_id=AttemptId(work.ids.next()),
        gateway_id=gateway.gateway_id,
        kind=wanted.kind,
        way=wanted.way,
        subject=wanted.subject,
        subject_id=Id(wanted.subject_id),
        person_id=Id(wanted.person_id),
        taken_by=Id(wanted.taken_by),
        out_no=new_code(_out_no_length),
        currency=wanted.currency,
        amount_fen=wanted.amount_fen,
        refunded_fen=0,
        description=wanted.description,
        openid=openid,
        state=AttemptState.ASKING,
        is_unwanted=False,
        link="",
        params={},
        provider_no="",
        learned_from="",
        why="",
        asked_at=work.now,
        expires_at=rules.compute_end(wanted.expires_at),
        paid_at=None,
    )
