"""Operators change rules, block and limit, and read why payments were stopped; nobody else does."""

import re

import pytest

from banyan.books.actor import Actor
from banyan.parties.sessions import PORTS
from banyan.pay.risk import Kind
from tests.kit.pages import Browser, open_browser
from tests.kit.parties import phone_of
from tests.kit.risk import attempt, decisions, judge
from tests.kit.world import World

_field = re.compile(r'<input[^>]* name="([a-z_0-9]+)"[^>]* value="([^"]*)"')


@pytest.fixture
async def lin(world: World, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Somebody who looks after the platform."""
    monkeypatch.setattr(PORTS, "operators", frozenset({phone_of("lin")}))
    await world.merchant()
    return await world.person("lin")


def fields_of(browser: Browser) -> dict[str, str]:
    """The form of rules as it is sent when nobody changes anything."""
    text = browser.page.text
    given = {
        name: value
        for name, value in _field.findall(text)
        if not name.startswith(("kinds_", "drop_"))
    }
    for name, options in re.findall(
        r'<select[^>]* name="([a-z_0-9]+)"[^>]*>(.*?)</select>', text, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]+)"[^>]* selected', options)
        given[name] = chosen[1] if chosen else ""
    return given


async def test_a_rule_is_changed_and_decides(world: World, lin: Actor) -> None:
    async with open_browser(world, "lin") as browser:
        await browser.open("/console/risk/rules")
        assert "付款码单笔大额" in browser.words
        form = fields_of(browser) | {"threshold_0": "50.00", "note": "试一试"}
        form["kinds_0"] = "code"
        await browser.send("/console/risk/rules", form, idempotency_key=browser.key)
        assert "试一试" in browser.words
        told = await judge(world, attempt(world, lin.person_id, 5_001, kind=Kind.CODE))
        assert told == ["password_needed"]
        await browser.open("/console/risk")
        assert "本笔金额: ¥50.01 > ¥50.00" in browser.words
        # A search swaps the results alone: not the whole console into them.
        await browser.open("/console/risk?payer=1", headers={"hx-request": "true"})
        assert "<html" not in browser.page.text
        await browser.open("/console/risk?payer=abc", status=422)
    assert (await decisions(world))[0].version == 1


async def test_people_and_merchants_are_listed(world: World, lin: Actor) -> None:
    del lin
    wu = await world.person("wu")
    async with open_browser(world, "lin") as browser:
        await browser.open("/console/risk/lists")
        sent = {"person": str(wu.person_id), "reason": "手机被盗"}
        await browser.send("/console/risk/lists/block", sent, idempotency_key="k1234567a")
        assert "手机被盗" in browser.words
        assert await judge(world, attempt(world, wu.person_id)) == ["refused"]
        await browser.send("/console/risk/lists/unblock", {"person": str(wu.person_id)})
        assert await judge(world, attempt(world, wu.person_id)) == [""]
        merchant = str(int(world.merchant_id))
        sent = {"merchant": merchant, "payment_max": "1.00", "reason": "新商户"}
        await browser.send("/console/risk/lists/limit", sent, idempotency_key="k1234567b")
        assert "单笔 ¥1.00" in browser.words
        assert await judge(world, attempt(world, wu.person_id, 101)) == ["refused"]
        await browser.send("/console/risk/lists/unlimit", {"merchant": merchant})
        assert await judge(world, attempt(world, wu.person_id, 101)) == [""]
        admitted = {"merchant": merchant, "is_admitted": "on"}
        await browser.send("/console/risk/lists/admit", admitted, idempotency_key="k1234567c")
        assert re.search(rf"{merchant} ·", browser.words)
        await browser.send("/console/risk/lists/admit", {"merchant": merchant})
        assert not re.search(rf"{merchant} ·", browser.words)
        wrong = {"merchant": "7", "is_admitted": "on"}
        await browser.send("/console/risk/lists/admit", wrong, status=422)
        wrong = {"merchant": merchant, "payment_max": "-1", "reason": "新商户"}
        await browser.send("/console/risk/lists/limit", wrong, status=422)
        assert "请输入金额" in browser.words
        assert 'value="-1"' in browser.page.text
        wrong = {"person": "x", "reason": ""}
        await browser.send("/console/risk/lists/block", wrong, status=422)


async def test_nobody_else_sees_them(world: World, lin: Actor) -> None:
    del lin
    await world.person("wu")
    async with open_browser(world, "wu") as browser:
        for page in ("", "/rules", "/lists"):
            answer = await browser.client.get(f"/console/risk{page}")
            assert answer.status_code in {303, 404}
