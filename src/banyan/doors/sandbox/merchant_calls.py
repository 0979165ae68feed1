"""The sandbox plays merchants into being, with all that a payment program signs with."""

from __future__ import annotations

import asyncio
import secrets
import string
from typing import Annotated

import msgspec

from banyan.base.clock import Clock
from banyan.base.money import CNY
from banyan.base.text import Name
from banyan.books.ledger import EMPTY, read_accounts
from banyan.books.work import SYSTEM
from banyan.doors.sandbox.calls import as_person, call
from banyan.doors.sandbox.channel_calls import Appid, find_channel
from banyan.doors.sandbox.ports import Playground
from banyan.parties.merchants import (
    MerchantId,
    OpenMerchant,
    ReadMerchant,
    SubmitVerification,
    VerifyMerchant,
    open_merchant,
    read_merchant,
    submit_verification,
    verify_merchant,
)
from banyan.parties.people import EnrolPerson, PersonId, enrol_person
from banyan.parties.sessions import OpenSession, open_session
from banyan.pay.parkings import AdmitPark, admit_park
from banyan.pay.payees import (
    AddCertificate,
    BindAppids,
    ChangePayee,
    KeyMode,
    OpenPayee,
    PlatformKind,
    add_certificate,
    bind_appids,
    change_payee,
    find_payee,
    open_payee,
)
from banyan.pay.wallets import purse_of, shared_of, unsettled_of
from banyan.wire.wechatpay import make_pair

_letters = string.ascii_letters + string.digits
_key_length = 32


class AddMerchant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A merchant comes into being, verified, with an owner."""

    name: Name
    appids: Annotated[list[Appid], msgspec.Meta(max_length=50)] = []
    """Through which accounts it may be paid."""
    mode: KeyMode = KeyMode.MIGRATING
    """By which of the platform's keys its program knows us: as a rule by either."""


class AddedMerchant(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant with its keys; `owner_token` signs in as the owner on the API and the pages."""

    mchid: str
    merchant: MerchantId
    serial_no: str
    private_key_pem: str
    certificate_pem: str
    apiv3_key: str
    apiv2_key: str
    platform_public_key_id: str
    platform_public_key_pem: str
    platform_certificate_pem: str
    platform_serial_no: str
    owner_token: str
    owner: PersonId


class OfMerchant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A merchant by its number, or by Banyan's own id."""

    mchid: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}$(?!\n)")]


class PurseBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant holds."""

    available_fen: int
    pending_fen: int
    frozen_fen: int


@call
async def add_merchant(playground: Playground, command: AddMerchant) -> AddedMerchant:
    """Open a verified merchant with an owner, and make the keys a payment program needs.

    Raises NotFound `channels.not_found` for an appid that nobody has.
    """
    for appid in command.appids:
        await find_channel(playground, appid)
    merchant_id, owner, token = await _open(playground, command.name)
    opening = OpenPayee(merchant_id=merchant_id, mode=command.mode)
    payee = await playground.office.run(open_payee, opening, SYSTEM)
    own = await asyncio.to_thread(make_pair, payee.mchid, command.name, Clock().now())
    apiv3_key, apiv2_key = _random_key(), _random_key()
    office = playground.office
    changing = ChangePayee(merchant_id=merchant_id, apiv3_key=apiv3_key, apiv2_key=apiv2_key)
    await office.run(change_payee, changing, SYSTEM)
    adding = AddCertificate(merchant_id=merchant_id, certificate_pem=own.certificate_pem)
    await office.run(add_certificate, adding, SYSTEM)
    await office.run(
        bind_appids, BindAppids(merchant_id=merchant_id, appids=command.appids), SYSTEM
    )
    await office.run(admit_park, AdmitPark(merchant_id=merchant_id, is_admitted=True), SYSTEM)
    platform = (await playground.read_platform()).items
    by_key = next(one for one in platform if one.kind is PlatformKind.PUBLIC_KEY)
    by_certificate = next(one for one in platform if one.kind is PlatformKind.CERTIFICATE)
    return AddedMerchant(
        mchid=payee.mchid,
        merchant=merchant_id,
        serial_no=own.serial_no,
        private_key_pem=own.private_key_pem,
        certificate_pem=own.certificate_pem,
        apiv3_key=apiv3_key,
        apiv2_key=apiv2_key,
        platform_public_key_id=by_key.serial,
        platform_public_key_pem=by_key.public_key_pem,
        platform_certificate_pem=by_certificate.certificate_pem,
        platform_serial_no=by_certificate.serial,
        owner_token=token,
        owner=owner,
    )


@call
async def read_balance(playground: Playground, command: OfMerchant) -> PurseBalance:
    """Look into a merchant's purse. Raises NotFound `merchants.not_found`."""
    merchant_id = await find_merchant(playground, command.mchid)
    await playground.office.run(read_merchant, ReadMerchant(merchant_id=merchant_id), SYSTEM)
    purse, unsettled, shared = (
        account.account_id
        for account in (
            purse_of(CNY, merchant_id),
            unsettled_of(CNY, merchant_id),
            shared_of(CNY, merchant_id),
        )
    )
    async with playground.office.begin() as work:
        sums = await read_accounts(work.db, [purse, unsettled, shared])
    held = sums.get(purse, EMPTY)
    return PurseBalance(
        available_fen=held.available,
        pending_fen=held.credits_pending + sums.get(unsettled, EMPTY).available,
        frozen_fen=held.debits_pending + sums.get(shared, EMPTY).available,
    )


async def find_merchant(playground: Playground, mchid: str) -> MerchantId:
    """The merchant of a number; any other number is taken for Banyan's own id."""
    async with playground.office.begin() as work:
        payee = await find_payee(work.db, mchid)
    return payee.merchant_id if payee is not None else MerchantId(int(mchid))


async def _open(playground: Playground, name: str) -> tuple[MerchantId, PersonId, str]:
    office = playground.office
    owner = await office.run(enrol_person, EnrolPerson(), SYSTEM)
    actor = as_person(owner.person_id)
    merchant = await office.run(open_merchant, OpenMerchant(name=name), actor)
    submission = SubmitVerification(
        merchant_id=merchant.merchant_id, licence_number="91310000MA1FL0000X", legal_name=name
    )
    await office.run(submit_verification, submission, SYSTEM)
    await office.run(verify_merchant, VerifyMerchant(merchant_id=merchant.merchant_id), SYSTEM)
    opening = OpenSession(person_id=owner.person_id, device="sandbox")
    session = await office.run(open_session, opening, SYSTEM)
    return merchant.merchant_id, owner.person_id, session.token


def _random_key() -> str:
    return "".join(secrets.choice(_letters) for _ in range(_key_length))
