"""The console's pages of apps that speak Alipay's protocol."""

from __future__ import annotations

from banyan.books.actor import SYSTEM
from banyan.pay.alipayapps import (
    ExchangeMandate,
    GiveMandate,
    ListApps,
    exchange_mandate,
    give_mandate,
    list_apps,
)
from tests.kit.alipay import HOST, add_app, program_key
from tests.kit.pages import open_browser
from tests.kit.world import World


async def test_an_owner_opens_changes_and_closes_an_app(world: World) -> None:
    await world.merchant()
    listing = ListApps(merchant_id=world.merchant_id)
    async with open_browser(world, "mei") as mei:
        await mei.open("/console/alipay")
        assert "还没有应用" in mei.words
        await mei.open("/console/alipay/new")
        form = {"name": "收银台", "app_public_key": "nonsense", "redirect_host": HOST}
        await mei.send("/console/alipay", form, idempotency_key=mei.key, status=422)
        assert "公钥" in mei.words
        form["app_public_key"] = program_key()[1]
        await mei.send("/console/alipay", form, idempotency_key=mei.key)
        (app,) = (await world.office.run(list_apps, listing, world.owner)).items
        assert mei.path == f"/console/alipay/{app.app_id:d}"
        assert str(int(app.app_id)) in mei.words
        assert "BEGIN PUBLIC KEY" in mei.words
        assert "BEGIN CERTIFICATE" in mei.words
        form |= {"name": "新收银台", "notify_url": "https://shop.example/told"}
        await mei.send(mei.path, form, idempotency_key=mei.key)
        await mei.send(f"{mei.path}/close")
        (app,) = (await world.office.run(list_apps, listing, world.owner)).items
        assert (app.name, app.is_closed) == ("新收银台", True)
        assert app.notify_url == "https://shop.example/told"
        await mei.send(f"{mei.path}/reopen")
        await mei.open("/console/alipay")
        assert "新收银台" in mei.words
        await mei.open("/console/alipay/123", status=404)


async def test_an_owner_ends_what_anothers_app_may(world: World) -> None:
    await world.merchant()
    theirs = await add_app(world, await world.merchant("服务商", owner="hao"))
    command = GiveMandate(
        merchant_id=world.merchant_id, app_id=theirs.app_id, redirect=f"https://{HOST}/"
    )
    given = await world.office.run(give_mandate, command, world.owner)
    exchanging = ExchangeMandate(app_id=theirs.app_id, code=given.code)
    await world.office.run(exchange_mandate, exchanging, SYSTEM)
    async with open_browser(world, "mei") as mei:
        await mei.open("/console/alipay")
        assert str(int(theirs.app_id)) in mei.words
        await mei.send(f"/console/alipay/mandates/{theirs.app_id:d}/end")
        assert str(int(theirs.app_id)) not in mei.words
