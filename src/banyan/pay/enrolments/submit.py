"""A provider's wish that a merchant be paid over the wire, with the papers for it."""

from datetime import timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.text import LINE, LINES, Name, Phone, normal_phone
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.pay.enrolments import store
from banyan.pay.enrolments.ports import PORTS
from banyan.pay.enrolments.settlement import Account
from banyan.pay.enrolments.types import (
    DETAILS_MAX,
    PAPERS_MAX,
    Enrolment,
    EnrolmentChanged,
    EnrolmentId,
    EnrolmentKind,
    EnrolmentState,
    OutNo,
    PaperId,
    PaperKind,
)
from banyan.pay.payees import Mchid

_open = frozenset({EnrolmentState.AUDITING, EnrolmentState.SIGNING})
FILE_MAX = 5 << 20
_DAY = timedelta(days=1)
PAPERS_DAY_MAX = 500
"""The most papers that a provider shows in a day: all are kept."""


class SubmitEnrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Wish that a merchant be paid over the wire, or that merchants confirm who they are."""

    merchant_id: MerchantId
    kind: EnrolmentKind = EnrolmentKind.SHOP
    out_no: OutNo
    name: Name
    """What the merchant is to be called."""
    phone: Phone
    """Of whoever answers for it, and signs."""
    details: Annotated[str, msgspec.Meta(max_length=DETAILS_MAX, pattern=LINES)] = ""
    """All else that was said, as JSON."""
    papers: Annotated[list[PaperId], msgspec.Meta(max_length=PAPERS_MAX)] = []
    account: Account | None = None
    """Where the merchant's money is to go."""
    confirmed_mchids: Annotated[list[Mchid], msgspec.Meta(max_length=100)] = []


class CancelEnrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Wish it no more."""

    merchant_id: MerchantId
    enrolment_id: EnrolmentId


class AddPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Show a paper."""

    merchant_id: MerchantId
    kind: PaperKind
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=LINE)]
    content: Annotated[bytes, msgspec.Meta(min_length=1, max_length=FILE_MAX)]


class AddedPaper(msgspec.Struct, frozen=True, kw_only=True):
    """How a paper is called from now on."""

    paper_id: str


@single(permission=Permission.FINANCE_WRITE)
async def submit_enrolment(work: Work, command: SubmitEnrolment) -> Enrolment:
    """Have it decided, and return it; what was rejected may be wished for again, mended.

    Raises Invalid `people.phone_malformed`, `enrolments.no_such_paper`; Refusal
    `enrolments.number_used`.
    """
    await _check_papers(work, command)
    enrolment_id = EnrolmentId(work.ids.next())
    known = await store.find_by_no(work.db, command.merchant_id, command.kind, command.out_no)
    if known is not None:
        locked = await store.lock(work.db, command.merchant_id, known.enrolment.enrolment_id)
        assert locked is not None, "enrolments are never deleted"
        if locked.enrolment.state is not EnrolmentState.REJECTED:
            raise Refusal("enrolments.number_used", out_no=command.out_no)
        enrolment_id = locked.enrolment.enrolment_id
    one = Enrolment(
        merchant_id=command.merchant_id,
        enrolment_id=enrolment_id,
        kind=command.kind,
        out_no=command.out_no,
        name=command.name,
        confirmed_mchids=list(command.confirmed_mchids),
        state=EnrolmentState.AUDITING,
        reasons=[],
        token=PORTS.draw_token() if known is None else known.enrolment.token,
        shop_id=MerchantId(0),
        created_at=work.now if known is None else known.enrolment.created_at,
        updated_at=work.now,
    )
    sealed = store.Sealed(
        phone_digest=digest_phone(normal_phone(command.phone)),
        letter=close_letter(Letter(command.details, command.account), enrolment_id),
    )
    if known is not None:
        await store.rewrite(work.db, one, sealed)
    elif not await store.insert(work.db, one, sealed):
        raise Refusal("enrolments.number_used", out_no=command.out_no)
    note(work, one)
    return one


@single(permission=Permission.FINANCE_WRITE)
async def cancel_enrolment(work: Work, command: CancelEnrolment) -> Enrolment:
    """Let go of what has not come to its end; cancelled already, it stays so.

    Raises NotFound `enrolments.not_found`; Refusal `enrolments.ended`.
    """
    kept = await store.lock(work.db, command.merchant_id, command.enrolment_id)
    if kept is None:
        raise NotFound("enrolments.not_found")
    if kept.enrolment.state is EnrolmentState.CANCELLED:
        return kept.enrolment
    if kept.enrolment.state not in _open | {EnrolmentState.REJECTED}:
        raise Refusal("enrolments.ended")
    return await move(work, kept.enrolment, EnrolmentState.CANCELLED)


@single(permission=Permission.FINANCE_WRITE, is_answer_kept=False)
async def add_paper(work: Work, command: AddPaper) -> AddedPaper:
    """Keep a paper, sealed, and return how it is called.

    Raises Refusal `enrolments.too_many_papers`.
    """
    if await store.count_papers(work.db, command.merchant_id, work.now - _DAY) >= PAPERS_DAY_MAX:
        raise Refusal("enrolments.too_many_papers", papers_max=PAPERS_DAY_MAX)
    paper_id = PORTS.draw_token()
    sealed = PORTS.close_paper(command.content, paper_id)
    paper = (paper_id, command.kind, command.name)
    await store.insert_paper(work.db, command.merchant_id, paper, sealed, work.now)
    return AddedPaper(paper_id=paper_id)


async def move(
    work: Work,
    one: Enrolment,
    state: EnrolmentState,
    **changes: object,
) -> Enrolment:
    """Write that a locked enrolment has come to another state."""
    after = msgspec.structs.replace(one, state=state, updated_at=work.now, **changes)
    await store.set_state(work.db, after)
    note(work, after)
    return after


def note(work: Work, one: Enrolment) -> None:
    """Record how far an enrolment is."""
    work.record(
        EnrolmentChanged(
            merchant_id=one.merchant_id,
            subject_id=one.enrolment_id,
            enrolment_kind=one.kind,
            state=one.state,
            shop_id=one.shop_id,
        )
    )


def digest_phone(phone: str) -> bytes:
    """By what it is known again who signs."""
    return PORTS.seal.digest("phone", phone)


class Letter(msgspec.Struct, frozen=True):
    """What of an enrolment only operators read."""

    details: str
    account: Account | None


def close_letter(letter: Letter, enrolment_id: EnrolmentId) -> bytes:
    """A letter that only this server reads."""
    return PORTS.seal.close(msgspec.json.encode(letter).decode(), _label(enrolment_id))


def open_letter(sealed: bytes, enrolment_id: EnrolmentId) -> Letter:
    """What was closed."""
    return msgspec.json.decode(PORTS.seal.open(sealed, _label(enrolment_id)), type=Letter)


def _label(enrolment_id: EnrolmentId) -> str:
    return f"enrolment {int(enrolment_id)}"


async def _check_papers(work: Work, command: SubmitEnrolment) -> None:
    wanted = set(command.papers)
    if wanted:
        known = await store.find_papers(work.db, command.merchant_id, sorted(wanted))
        if known != wanted:
            raise Invalid("enrolments.no_such_paper", paper=min(wanted - known))
