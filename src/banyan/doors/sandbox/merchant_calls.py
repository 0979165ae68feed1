"""The sandbox plays merchants into being, with all that a payment program signs with."""

from __future__ import annotations

import asyncio
import secrets
import string
from datetime import timedelta
from functools import cache
from typing import Annotated

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

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
from banyan.pay.wallets import purse_of

_certificate_years = 5
_letters = string.ascii_letters + string.digits
_key_length = 32
_mchid_digits = 8


class AddMerchant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A merchant comes into being, verified, with an owner."""

    name: Name
    appids: Annotated[list[Appid], msgspec.Meta(max_length=50)] = []


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


class Pair(msgspec.Struct, frozen=True):
    """A private key and its certificate."""

    private_key_pem: str
    public_key_pem: str
    certificate_pem: str
    serial_no: str


class MerchantNumbers:
    """Which merchant a `mchid` stands for. Kept in this process."""

    def __init__(self) -> None:
        self._merchants: dict[str, MerchantId] = {}

    def add(self, merchant_id: MerchantId) -> str:
        """A new number of ten digits for a merchant."""
        while True:
            mchid = "16" + "".join(secrets.choice(string.digits) for _ in range(_mchid_digits))
            if mchid not in self._merchants:
                self._merchants[mchid] = merchant_id
                return mchid

    def find(self, mchid: str) -> MerchantId:
        """The merchant of a number; any other number is taken for Banyan's own id."""
        return self._merchants.get(mchid) or MerchantId(int(mchid))

    def clear(self) -> None:
        """Forget all numbers."""
        self._merchants.clear()


NUMBERS = MerchantNumbers()


@call
async def add_merchant(playground: Playground, command: AddMerchant) -> AddedMerchant:
    """Open a verified merchant with an owner, and make the keys a payment program needs.

    Raises NotFound `channels.not_found` for an appid that nobody has.
    """
    for appid in command.appids:
        await find_channel(playground, appid)
    merchant_id, owner, token = await _open(playground, command.name)
    mchid = NUMBERS.add(merchant_id)
    own = await asyncio.to_thread(make_pair, mchid, command.name)
    platform = await asyncio.to_thread(read_platform)
    return AddedMerchant(
        mchid=mchid,
        merchant=merchant_id,
        serial_no=own.serial_no,
        private_key_pem=own.private_key_pem,
        certificate_pem=own.certificate_pem,
        apiv3_key=_random_key(),
        apiv2_key=_random_key(),
        platform_public_key_id=f"PUB_KEY_ID_{mchid}{platform.serial_no[:22]}",
        platform_public_key_pem=platform.public_key_pem,
        platform_certificate_pem=platform.certificate_pem,
        platform_serial_no=platform.serial_no,
        owner_token=token,
        owner=owner,
    )


@call
async def read_balance(playground: Playground, command: OfMerchant) -> PurseBalance:
    """Look into a merchant's purse. Raises NotFound `merchants.not_found`."""
    merchant_id = NUMBERS.find(command.mchid)
    await playground.office.run(read_merchant, ReadMerchant(merchant_id=merchant_id), SYSTEM)
    account = purse_of(CNY, merchant_id).account_id
    async with playground.office.begin() as work:
        sums = (await read_accounts(work.db, [account])).get(account, EMPTY)
    return PurseBalance(
        available_fen=sums.available,
        pending_fen=sums.credits_pending,
        frozen_fen=sums.debits_pending,
    )


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


@cache
def read_platform() -> Pair:
    """The platform's own pair: one for as long as this process lives."""
    return make_pair("Banyan Pay sandbox", "Banyan")


def make_pair(common_name: str, organisation: str) -> Pair:
    """A fresh RSA key of 2048 bits and its certificate, in the forms that payment SDKs read."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        ]
    )
    now = Clock().now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _certificate_years))
        .sign(key, hashes.SHA256())
    )
    return Pair(
        private_key_pem=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        public_key_pem=key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
        certificate_pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        serial_no=f"{certificate.serial_number:040X}",
    )


def _random_key() -> str:
    return "".join(secrets.choice(_letters) for _ in range(_key_length))
