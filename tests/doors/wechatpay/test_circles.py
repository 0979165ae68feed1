"""A mall's program hears who wants points, and says which it gave for a payment."""

from __future__ import annotations

from banyan.pay.payees import KeyMode
from tests.kit.answers import answers
from tests.kit.lending import charge, lend, openid_of
from tests.kit.pages import open_browser
from tests.kit.wechatpay import Town


@answers("points_notify", "user_authorization")
async def test_points_are_given_to_whoever_wants_them(town: Town, mode: KeyMode) -> None:
    world = town.world
    lending = await lend(world)
    paid = await charge(world, world.as_person("lin"))
    shop = await town.shop(mode, appid=lending.channel.appid)
    openid = await openid_of(world, lending.channel, "lin")
    find = (shop.sdk.user_authorization, openid)
    assert await shop.call(*find) == {"openid": openid, "authorize_state": "UNAUTHORIZED"}
    points = (
        shop.sdk.points_notify,
        paid.transaction_no,
        openid,
        True,
        20,
        "2026-11-22T12:00:00+08:00",
    )
    assert await shop.refused(*points, total_points=120) == (400, "INVALID_REQUEST")
    path = f"/circles/{world.merchant_id:d}"
    async with open_browser(world, "lin") as lin:
        await lin.open(path)
        await lin.send(path, {"is_in": "on"})
        told = await shop.call(*find)
        assert (told["authorize_state"], "authorize_time" in told) == ("AUTHORIZED", True)
        await shop.call(*points, total_points=120)
        await shop.call(*points, total_points=120)
        other = (*points[:4], 30, points[5])
        assert await shop.refused(*other) == (400, "INVALID_REQUEST")
        await lin.open(path)
        assert "+20" in lin.words
        await lin.send(path)
        assert (await shop.call(*find))["authorize_state"] == "DEAUTHORIZED"
    wu = await openid_of(world, lending.channel, "wu")
    stranger = (points[0], points[1], wu, *points[3:])
    assert await shop.refused(*stranger) == (404, "ORDER_NOT_EXIST")
    absent = (points[0], "4200", *points[2:])
    assert await shop.refused(*absent) == (400, "PARAM_ERROR")
    await world.check()
