"""Gives the rooms what they need from outside themselves, as the settings want it."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.app.build import Building
from banyan.app.listener import open_ears
from banyan.app.secret_key import read_secret_key
from banyan.app.settings import Settings, parse_operators
from banyan.base.clock import Clock
from banyan.books.work import SYSTEM
from banyan.commerce.cards import PORTS as CARDS
from banyan.commerce.catalogue import PORTS as PICTURES
from banyan.doors.sandbox import Faults, FaultyHouse, FaultySender
from banyan.outside.bank import PlayBank, Teller
from banyan.outside.fetcher import HttpFetcher
from banyan.outside.gateways.alipay import AlipayProvider
from banyan.outside.gateways.wechatpay import WeChatPayProvider
from banyan.outside.sms import ConsoleSender
from banyan.outside.storage import FolderFiles
from banyan.outside.wechat import Gateway
from banyan.parties.sessions import PORTS as CODES
from banyan.parties.sessions import CodeSender
from banyan.pay.alipayapps import PORTS as ALIPAY
from banyan.pay.complaints import PORTS as COMPLAINTS
from banyan.pay.enrolments import PORTS as ENROLMENTS
from banyan.pay.gateways import PORTS as GATEWAYS
from banyan.pay.gateways import GatewayKind, Provider
from banyan.pay.passwords import PORTS as PASSWORDS
from banyan.pay.paycodes import PORTS as PAYCODES
from banyan.pay.payees import PORTS as PAYEES
from banyan.pay.payouts import PORTS as PAYOUTS
from banyan.pay.payouts import Bank
from banyan.pay.remit import PORTS as REMIT
from banyan.pay.wallets import TEST_BANK, SetBank, set_bank
from banyan.reach.articles import PORTS as ARTICLES
from banyan.reach.consents import PORTS as CONSENTS
from banyan.reach.media import PORTS as MEDIA
from banyan.reach.moderation import PORTS as MODERATION
from banyan.reach.pushes import PORTS as PUSHES
from banyan.reach.remotes import PORTS as REMOTES
from banyan.reach.tokens import PORTS as TOKENS
from banyan.reach.voices import PORTS as VOICES
from banyan.views.bills import PORTS as BILLS
from banyan.views.insight import PLACE as INSIGHT

_insight_folder = "insight"


def check_outside(settings: Settings) -> None:
    """Raise Invalid for settings that want something which is not there.

    That is `sms.not_connected`, and what `open_ears` raises.

    To be asked before anything starts: a worker that finds it out would be started again for ever.
    """
    ConsoleSender(is_production=settings.production)
    open_ears(settings)


async def furnish(building: Building, faults: Faults | None = None) -> ConsoleSender:
    """Connect the ports of the rooms, and open or close the test bank.

    With `faults` what goes through the ports may go wrong on purpose. Returns who shows the codes.
    Raises Invalid `sms.not_connected` in production, as there is no SMS provider yet.
    """
    settings = building.settings
    console = ConsoleSender(is_production=settings.production)
    sender: CodeSender = FaultySender(console, faults) if faults is not None else console
    key = read_secret_key(settings)
    CODES.connect(key=key, sender=sender, operators=find_operators(settings))
    CARDS.connect(key=key)
    TOKENS.connect(key=key)
    ALIPAY.connect(key=key)
    PASSWORDS.connect(key=key)
    PAYCODES.connect(key=key)
    CONSENTS.connect(key=key)
    PUSHES.connect(key=key)
    PAYEES.connect(key=key)
    REMOTES.connect(key=key)
    REMIT.connect(key=key)
    ENROLMENTS.connect(key=key)
    PAYOUTS.connect(key=key)
    GATEWAYS.connect(key=key)
    BILLS.connect(key=key)
    files = FolderFiles(settings.files)
    PICTURES.connect(files=files)
    MEDIA.connect(files=files, public_url=settings.public_url)
    COMPLAINTS.connect(files=files)
    VOICES.connect(languages=open_ears(settings).languages)
    ARTICLES.connect(public_url=settings.public_url)
    MODERATION.connect_fetcher(HttpFetcher(may_call_private=settings.may_call_private))
    INSIGHT.open(settings.data / _insight_folder)
    await open_banks(building)
    return console


def open_gateway(settings: Settings) -> Gateway:
    """Who speaks to the real WeChat."""
    return Gateway(settings.wechat_url.rstrip("/"), settings.public_url, Clock().now)


def open_providers(settings: Settings) -> Mapping[GatewayKind, Provider]:
    """The outside providers through which merchants are paid."""
    return {
        GatewayKind.WECHATPAY: WeChatPayProvider(settings.wechatpay_url.rstrip("/")),
        GatewayKind.ALIPAY: AlipayProvider(settings.alipay_url.rstrip("/")),
    }


def open_teller(building: Building, faults: Faults | None = None) -> Teller:
    """Who has banks pay what leaves; with `faults` that may go wrong on purpose."""
    bank: Bank = PlayBank(building.office, is_production=building.settings.production)
    return Teller(building.office, bank if faults is None else FaultyHouse(bank, faults))


def find_operators(settings: Settings) -> frozenset[str]:
    """The phones of those who look after the whole platform."""
    named = parse_operators(settings.operators)
    if named or not settings.demo or settings.production:
        return named
    from banyan.app.demo.cast import FANG, TAO

    return frozenset({FANG.phone, TAO.phone})


async def open_banks(building: Building) -> None:
    """Open the test bank, which hands out play money; in production close it."""
    is_open = not building.settings.production
    await building.office.run(set_bank, SetBank(bank_id=TEST_BANK, is_enabled=is_open), SYSTEM)
