"""Takes the invoice of a payment back by a red one."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, single
from banyan.commerce.fapiaos import rules, store
from banyan.commerce.fapiaos.apply_for import FapiaoRef, access_fapiao
from banyan.commerce.fapiaos.issue import told_of
from banyan.commerce.fapiaos.telling import tell
from banyan.commerce.fapiaos.types import (
    Fapiao,
    FapiaoNo,
    FapiaoReversed,
    FapiaoState,
    Line,
    Paper,
    Step,
)
from banyan.commerce.invoices import reverse_invoice
from banyan.pay.charges import charge_id_of


class ReverseFapiao(FapiaoRef, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take an invoice back."""

    fapiao_no: FapiaoNo
    number: Line = ""
    """That of the invoice; empty if the program does not say it."""
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=LINE)]


@single(permission=Permission.FINANCE_WRITE)
async def reverse_fapiao(work: Work, command: ReverseFapiao) -> Fapiao:
    """Take it back; whoever holds it sees so. Again, nothing changes.

    Raises NotFound `fapiaos.not_found`; Invalid `fapiaos.other_number`; Refusal
    `invoices.handed_in`.
    """
    found = await access_fapiao(
        work, command.merchant_id, command.apply_no, command.fapiao_no, is_locked=True
    )
    if command.number not in {"", found.blue.number, found.blue.code + found.blue.number}:
        raise Invalid("fapiaos.other_number")
    if found.state is FapiaoState.REVERSED:
        return found
    await reverse_invoice(work, int(found.channel_id), found.code)
    number, check_code = rules.numbers_of(
        found.merchant_id, found.apply_no, found.fapiao_no, is_red=True
    )
    code, short = rules.split_number(number)
    after = msgspec.structs.replace(
        found,
        state=FapiaoState.REVERSED,
        red=Paper(code=code, number=short, check_code=check_code, at=work.now),
        reason=command.reason,
        reversed_at=work.now,
    )
    await store.set_reversed(work.db, after)
    await tell(work, [told_of(work, after, step) for step in (Step.REVERSED, Step.DISCARDED)])
    work.record(
        FapiaoReversed(
            merchant_id=int(found.merchant_id),
            person_id=int(found.person_id),
            channel_id=int(found.channel_id),
            subject_id=int(charge_id_of(found.apply_no)),
            fapiao_no=found.fapiao_no,
            amount_fen=found.facts.total_fen,
        )
    )
    return after
