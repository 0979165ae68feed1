"""The console's pages of payment keys, and of what a merchant's server was told."""

from __future__ import annotations

import re

from banyan.books.actor import SYSTEM
from banyan.doors.pages.console.payee.words import KINDS
from banyan.doors.wechatpay import RENDERINGS
from banyan.pay.notifications import ListNotifications, list_notifications
from banyan.pay.payees import KeyMode, OpenPayee, ReadPayee, open_payee, read_payee
from tests.kit.pages import open_browser
from tests.kit.wechatpay import a_pair
from tests.kit.world import World


async def test_an_owner_sets_a_program_up(world: World) -> None:
    await world.merchant()
    reading = ReadPayee(merchant_id=world.merchant_id)
    provider_id = await world.merchant("服务商", owner="hao")
    opening = OpenPayee(merchant_id=provider_id)
    provider = await world.office.run(open_payee, opening, SYSTEM)
    async with open_browser(world, "mei") as mei:
        await mei.open("/console/payee")
        assert "开通商户号" in mei.words
        await mei.send("/console/payee", {}, idempotency_key=mei.key)
        found = await world.office.run(read_payee, reading, world.owner)
        assert found.payee.mchid in mei.words
        # Its program can't begin without it, and nobody has called yet.
        assert "BEGIN PUBLIC KEY" in mei.page.text
        await mei.send("/console/payee/key", {"which": "apiv3_key"})
        assert re.search(r"[0-9a-f]{32}", mei.words)
        await mei.open("/console/payee")
        nonsense = {"certificate_pem": "nonsense" * 20}
        await mei.send("/console/payee/certificates", nonsense, status=422)
        await mei.send("/console/payee/certificates", {"certificate_pem": a_pair().certificate_pem})
        await mei.send("/console/payee/mode", {"mode": "certificate"})
        await mei.send("/console/payee/providers", {"provider_mchid": "1600000000"}, status=422)
        bond = {"provider_mchid": provider.mchid, "scopes": "pay"}
        await mei.send("/console/payee/providers", bond)
        found = await world.office.run(read_payee, reading, world.owner)
        assert (found.payee.mode, found.payee.has_apiv3_key) == (KeyMode.CERTIFICATE, True)
        assert [one.provider_mchid for one in found.bonds] == [provider.mchid]
        (certificate,) = found.certificates
        await mei.send(f"/console/payee/certificates/{certificate.serial_no}/revoke")
        await mei.send(f"/console/payee/providers/{provider.mchid}/unbind")
        found = await world.office.run(read_payee, reading, world.owner)
        assert found.bonds == []
        assert found.certificates[0].revoked_at is not None


async def test_a_certificate_is_made_and_its_key_shown_once(world: World) -> None:
    await world.merchant()
    async with open_browser(world, "mei") as mei:
        await mei.open("/console/payee")
        await mei.send("/console/payee", {}, idempotency_key=mei.key)
        await mei.send("/console/payee/certificates/new")
        assert "BEGIN PRIVATE KEY" in mei.words
        await mei.open("/console/payee")
        assert "BEGIN PRIVATE KEY" not in mei.words


async def test_a_server_is_tried(world: World) -> None:
    await world.merchant()
    async with open_browser(world, "mei") as mei:
        await mei.open("/console/payee/notifications")
        await mei.send("/console/payee/notifications", {"url": "no address"}, status=422)
        await mei.send("/console/payee/notifications", {"url": "https://tea.example/told"})
        assert "https://tea.example/told" in mei.words
    listing = ListNotifications(merchant_id=world.merchant_id)
    page = await world.office.run(list_notifications, listing, world.owner)
    assert [one.kind for one in page.items] == ["notifications.tried"]


def test_all_that_a_server_is_told_has_a_name() -> None:
    assert {one.kind for one in RENDERINGS} <= set(KINDS)
