"""Splits parts off what a charge brought, and ends that."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.timers.types import Timer
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.pay.charges import Charge, ChargeId, add_unsplit, lock_charge
from banyan.pay.split import rules, store
from banyan.pay.split.accounts import check_acting, check_names, find_called
from banyan.pay.split.money import give, unfreeze
from banyan.pay.split.telling import tell_given
from banyan.pay.split.terms import terms_of
from banyan.pay.split.types import (
    PARTS_MAX,
    Form,
    OutNo,
    Part,
    PartId,
    PartState,
    ReceiverKind,
    Share,
    ShareGiven,
    Sharing,
    SharingId,
    SharingOver,
)

_THAWED = "thaw"
_NO_RELATION = "NO_RELATION"


class ShareCharge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Split parts off what a charge brought; the same number again is the same sharing."""

    merchant_id: MerchantId
    payee_id: MerchantId = MerchantId(0)
    """Who was paid, if its provider asks."""
    brand_id: MerchantId = MerchantId(0)
    """Whose receivers they are, in the form of brands."""
    form: Form = Form.OWN
    charge_id: ChargeId
    out_no: OutNo
    shares: Annotated[list[Share], msgspec.Meta(max_length=PARTS_MAX)] = []
    is_last: bool
    """Whether what is left over then is the merchant's, and sharing over."""
    description: Annotated[str, msgspec.Meta(max_length=80, pattern=LINE)] = ""


@single(permission=Permission.FINANCE_WRITE)
async def share_charge(work: Work, command: ShareCharge) -> Sharing:
    """Give each receiver its part at once, and return the sharing.

    Who is not among the receivers gets nothing: that part is closed, and waits as before. What is
    shared never comes to more than what waits, whatever rivals share, refund or end meanwhile.

    Raises NotFound `split.no_such_charge`; Invalid `split.one_twice`, `split.nothing_shared`,
    `split.unknown_account`, `split.name_differs`, `split.number_reused`; Refusal
    `payees.not_bound`, `split.not_paid`, `split.not_shared`, `split.over`, `split.too_many`,
    `split.too_much`, `split.ratio_exceeded`.
    """
    payee_id = command.payee_id or command.merchant_id
    provider_id = MerchantId(0 if payee_id == command.merchant_id else command.merchant_id)
    holder_id = _choose_holder(command, payee_id)
    await check_acting(work, command.merchant_id, payee_id, holder_id)
    charge = await lock_charge(work, payee_id, command.charge_id)
    charge = rules.check_open(charge, provider_id)
    digest = rules.compute_digest(command)
    known = await store.find_by_no(work.db, payee_id, provider_id, command.out_no)
    if known is not None:
        if known[0] != digest:
            raise Invalid("split.number_reused", out_no=command.out_no)
        return known[1]
    if not command.shares and not command.is_last:
        raise Invalid("split.nothing_shared")
    rules.check_shares(command.shares)
    parts = await _decide_parts(work, holder_id, command.shares)
    await store.open_pools(work.db, [(payee_id, charge.charge_id, work.now)])
    pool = await store.lock_pool(work.db, payee_id, charge.charge_id)
    want_fen = sum(one.amount_fen for one in command.shares)
    ratio_bp = (await terms_of(work, holder_id if command.brand_id else payee_id)).ratio_bp
    rules.check_room(charge, pool, want_fen, ratio_bp)
    given_fen = rules.sum_done(parts)
    sharing = Sharing(
        merchant_id=payee_id,
        sharing_id=SharingId(work.ids.next()),
        charge_id=charge.charge_id,
        provider_id=provider_id,
        holder_id=holder_id,
        form=command.form,
        out_no=command.out_no,
        is_last=command.is_last,
        unfrozen_fen=charge.unsplit_fen - given_fen if command.is_last else 0,
        description=command.description,
        created_at=work.now,
        parts=parts,
    )
    await _settle(work, charge, sharing, digest)
    return sharing


async def thaw_charge(work: Work, timer: Timer) -> None:
    """Let a merchant have what nobody shared for half a year."""
    merchant_id = MerchantId(int(timer.data))
    charge = await lock_charge(work, merchant_id, timer.subject)
    if charge is None:
        return
    await store.open_pools(work.db, [(merchant_id, charge.charge_id, work.now)])
    if (await store.lock_pool(work.db, merchant_id, charge.charge_id)).is_over:
        return
    sharing = Sharing(
        merchant_id=merchant_id,
        sharing_id=SharingId(work.ids.next()),
        charge_id=charge.charge_id,
        provider_id=MerchantId(0),
        holder_id=merchant_id,
        form=Form.OWN,
        out_no=f"{_THAWED} {charge.charge_id:d}",
        is_last=True,
        unfrozen_fen=charge.unsplit_fen,
        description="",
        created_at=work.now,
        parts=[],
    )
    await _settle(work, charge, sharing, b"")


def _choose_holder(command: ShareCharge, payee_id: MerchantId) -> MerchantId:
    if command.form is Form.BRAND:
        return command.brand_id or payee_id
    return command.merchant_id if command.form is Form.PLATFORM else payee_id


async def _decide_parts(work: Work, holder_id: int, shares: Sequence[Share]) -> list[Part]:
    if not shares:
        return []
    called = [(one.kind, int(one.channel_id), one.account) for one in shares]
    found = await find_called(work, called)
    ids = [found[one] for one in called]
    await check_names(
        work,
        [
            (receiver_id, one.name)
            for one, receiver_id in zip(shares, ids, strict=True)
            if one.name and one.kind is ReceiverKind.MERCHANT
        ],
    )
    related = await store.find_related(
        work.db, holder_id, [(one.kind, it) for one, it in zip(shares, ids, strict=True)]
    )
    return [
        Part(
            part_id=PartId(work.ids.next()),
            kind=one.kind,
            receiver_id=Id(receiver_id),
            channel_id=one.channel_id,
            account=one.account,
            amount_fen=one.amount_fen,
            description=one.description,
            state=PartState.DONE if is_related else PartState.CLOSED,
            fail_reason="" if is_related else _NO_RELATION,
        )
        for one, receiver_id in zip(shares, ids, strict=True)
        for is_related in [(one.kind, receiver_id) in related]
    ]


async def _settle(work: Work, charge: Charge, sharing: Sharing, digest: bytes) -> None:
    given_fen = rules.sum_done(sharing.parts)
    gone_fen = given_fen + sharing.unfrozen_fen
    after = await add_unsplit(work, charge.merchant_id, charge.charge_id, -gone_fen)
    assert after is not None, "the charge is locked, and what waits was looked at"
    await store.insert_sharing(work.db, sharing, digest)
    await store.add_to_pool(
        work.db,
        charge.merchant_id,
        charge.charge_id,
        store.Added(sharings=1, shared_fen=given_fen),
        over_at=work.now if sharing.is_last else None,
    )
    for part in sharing.parts:
        if part.state is PartState.DONE:
            give(work, charge.currency, charge.merchant_id, part)
            work.record(_fact(charge, sharing, part))
    if sharing.is_last:
        unfreeze(
            work, charge.currency, charge.merchant_id, sharing.unfrozen_fen, sharing.sharing_id
        )
        work.cancel_later("split.thaw", charge.charge_id)
        work.record(
            SharingOver(
                merchant_id=charge.merchant_id,
                subject_id=charge.charge_id,
                currency=charge.currency,
                unfrozen_fen=sharing.unfrozen_fen,
            )
        )
    await tell_given(work, charge, sharing)


def _fact(charge: Charge, sharing: Sharing, part: Part) -> ShareGiven:
    return ShareGiven(
        merchant_id=charge.merchant_id,
        person_id=part.receiver_id if part.kind is ReceiverKind.PERSON else 0,
        channel_id=part.channel_id,
        subject_id=charge.charge_id,
        sharing_id=sharing.sharing_id,
        part_id=part.part_id,
        receiver_kind=part.kind,
        receiver_id=part.receiver_id,
        currency=charge.currency,
        amount_fen=part.amount_fen,
    )
