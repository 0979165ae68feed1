"""The sandbox's people take cards, show them to pages, give them to friends, and use them."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx

from tests.doors.sandbox.test_things import client, post
from tests.kit.cards import cash
from tests.kit.world import World

__all__ = ("client",)


async def test_a_card_is_scanned_shown_to_a_page_given_and_used(
    client: httpx.AsyncClient,
    world: World,
) -> None:
    made = await post(client, "/channels", kind="service", name="榕树茶馆")
    asked = {"grant_type": "client_credential", "appid": made["appid"], "secret": made["secret"]}
    token = (await client.get("/cgi-bin/token", params=asked)).json()["access_token"]

    async def tell(path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - what JSON says
        answer = await client.post(path, params={"access_token": token}, json=body)
        return answer.json()

    card_id = (await tell("/card/create", cash(world, quantity=5)))["card_id"]
    switch = {"card_id": card_id, "is_open": True, "need_remark_amount": True}
    assert (await tell("/card/selfconsumecell/set", switch))["errcode"] == 0
    item = {"action_name": "QR_CARD", "action_info": {"card": {"card_id": card_id}}}
    url = (await tell("/card/qrcode/create", item))["url"]
    lin = "/people/" + (await post(client, "/people", nickname="林"))["person"]
    wu = "/people/" + (await post(client, "/people", nickname="吴"))["person"]
    scanned = await post(client, f"{lin}/scan", content=url)
    (card,) = scanned["cards"]
    assert (scanned["kind"], card["card_id"]) == ("card", card_id)
    query = {"access_token": token, "type": "wx_card"}
    ticket = (await client.get("/cgi-bin/ticket/getticket", params=query)).json()["ticket"]
    stamp = str(int(world.now.timestamp()))
    sign = hashlib.sha1("".join(sorted([ticket, stamp, "n", card_id])).encode()).hexdigest()
    ext = {"timestamp": stamp, "nonce_str": "n", "signature": sign}
    page = {"appid": made["appid"], "card_id": card_id}
    again = await post(client, f"{lin}/add-card", **page, card_ext=ext)
    assert again["openid"] == card["openid"]
    refused = await client.post(
        f"/sandbox{wu}/add-card", json={**page, "card_ext": {**ext, "signature": "0" * 40}}
    )
    assert refused.json()["code"] == "handouts.wrong_signature"
    mine = {"card_id": card_id, "code": card["code"]}
    sealed = (await post(client, f"{lin}/card", **mine, do="view"))["encrypt_code"]
    opened = await tell("/card/code/decrypt", {"encrypt_code": sealed})
    assert opened["code"] == card["code"]
    gift = (await post(client, f"{lin}/card", **mine, do="give"))["gift"]
    theirs = await post(client, f"{wu}/accept-card", gift=gift)
    using = {"card_id": card_id, "code": theirs["code"], "remark_amount": "30"}
    await post(client, f"{wu}/card", **using, do="use")
    told = await tell("/card/code/get", {"code": theirs["code"], "check_consume": False})
    assert told["user_card_status"] == "CONSUMED"
    await post(client, f"{lin}/card", card_id=card_id, code=again["code"], do="discard")
    told = await tell("/card/code/get", {"code": again["code"], "check_consume": False})
    assert told["user_card_status"] == "DELETE"
