"""Changes by which keys a payee and we know each other, and what was agreed."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.pay.payees import store
from banyan.pay.payees.certificates import read_certificate
from banyan.pay.payees.open_payee import note_payee
from banyan.pay.payees.types import (
    RATE_BP_MAX,
    ApiKey,
    Certificate,
    KeyMode,
    Payee,
    PayeeChanged,
    Pem,
    SerialNo,
)

CERTIFICATES_MAX = 10
"""Most certificates of one payee that are good at once."""


class ChangePayee(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change a payee's mode or keys; None leaves one as it is."""

    merchant_id: MerchantId
    mode: KeyMode | None = None
    apiv3_key: ApiKey | None = None
    apiv2_key: ApiKey | None = None


class AddCertificate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Know the payee's own program by one more certificate."""

    merchant_id: MerchantId
    certificate_pem: Pem


class RevokeCertificate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Trust a certificate no more."""

    merchant_id: MerchantId
    serial_no: SerialNo


class SetTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keep so much of a payee's payments from now on, in hundredths of a per cent."""

    merchant_id: MerchantId
    rate_bp: Annotated[int, msgspec.Meta(ge=0, le=RATE_BP_MAX)]


@single(permission=Permission.KEYS_WRITE, is_answer_kept=False)
async def change_payee(work: Work, command: ChangePayee) -> Payee:
    """Change mode and keys; what is signed and hidden from here on is by the new ones.

    Raises NotFound `payees.not_found`.
    """
    before = after = await _lock(work, command.merchant_id)
    if command.mode is not None and command.mode is not before.mode:
        await store.set_mode(work.db, before.merchant_id, command.mode)
        after = msgspec.structs.replace(after, mode=command.mode)
        _note(work, before, "mode")
    if command.apiv3_key is not None:
        await store.set_apiv3_key(work.db, before.merchant_id, command.apiv3_key)
        after = msgspec.structs.replace(after, has_apiv3_key=True)
        _note(work, before, "apiv3_key")
    if command.apiv2_key is not None:
        await store.set_apiv2_key(work.db, before.merchant_id, command.apiv2_key)
        after = msgspec.structs.replace(after, has_apiv2_key=True)
        _note(work, before, "apiv2_key")
    await note_payee(work, before, after)
    return after


@single(permission=Permission.KEYS_WRITE)
async def add_certificate(work: Work, command: AddCertificate) -> Certificate:
    """Know the payee's program by this certificate too.

    Raises NotFound `payees.not_found`; Invalid `payees.certificate_malformed`,
    `payees.certificate_ended`; Refusal `payees.certificate_known`, `payees.too_many_certificates`.
    """
    payee = await _lock(work, command.merchant_id)
    certificate = read_certificate(command.certificate_pem, work.now)
    if certificate.expires_at <= work.now:
        raise Invalid("payees.certificate_ended")
    known = (await store.list_certificates(work.db, [payee.merchant_id])).get(
        int(payee.merchant_id), []
    )
    if sum(1 for one in known if one.revoked_at is None) >= CERTIFICATES_MAX:
        raise Refusal("payees.too_many_certificates", count_max=CERTIFICATES_MAX)
    if not await store.insert_certificate(work.db, payee.merchant_id, certificate):
        raise Refusal("payees.certificate_known")
    await _note_certificate(work, payee, None, certificate)
    _note(work, payee, "certificate_added")
    return certificate


@single(permission=Permission.KEYS_WRITE)
async def revoke_certificate(work: Work, command: RevokeCertificate) -> Certificate:
    """Refuse whatever is signed by this certificate from here on.

    Raises NotFound `payees.not_found`, `payees.no_such_certificate`.
    """
    payee = await _lock(work, command.merchant_id)
    known = (await store.list_certificates(work.db, [payee.merchant_id])).get(
        int(payee.merchant_id), []
    )
    before = next((one for one in known if one.serial_no == command.serial_no), None)
    if before is None:
        raise NotFound("payees.no_such_certificate")
    if not await store.revoke_certificate(work.db, payee.merchant_id, command.serial_no, work.now):
        return before
    after = msgspec.structs.replace(before, revoked_at=work.now)
    await _note_certificate(work, payee, before, after)
    _note(work, payee, "certificate_revoked")
    return after


@single(permission=Permission.OPERATOR)
async def set_terms(work: Work, command: SetTerms) -> Payee:
    """Agree on what is kept of payments; what was asked for before stays as it was agreed then.

    Raises NotFound `payees.not_found`.
    """
    before = await _lock(work, command.merchant_id)
    after = msgspec.structs.replace(before, rate_bp=command.rate_bp)
    await store.set_rate(work.db, before.merchant_id, command.rate_bp)
    await note_payee(work, before, after)
    _note(work, before, "terms")
    return after


async def _lock(work: Work, merchant_id: int) -> Payee:
    payee = await store.lock_payee(work.db, merchant_id)
    if payee is None:
        raise NotFound("payees.not_found")
    return payee


def _note(work: Work, payee: Payee, what: str) -> None:
    work.record(PayeeChanged(merchant_id=int(payee.merchant_id), what=what))


async def _note_certificate(
    work: Work, payee: Payee, before: Certificate | None, after: Certificate
) -> None:
    await note_change(
        work,
        merchant_id=payee.merchant_id,
        subject="payees.certificate",
        subject_id=payee.merchant_id,
        before=before,
        after=after,
    )
