"""The service desk and the rules of an account in the console."""

from __future__ import annotations

from typing import Any

from banyan.parties.staff import Role
from banyan.reach.talks import list_canned, list_rules
from tests.doors.pages.test_console import as_browser, speak
from tests.kit.loyalty import open_channel
from tests.kit.pages import open_browser
from tests.kit.talks import at_desk, follower, my_talk, tell, words_of
from tests.kit.web import open_client
from tests.kit.world import World


async def test_staff_answer_take_pass_and_close(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    await tell(world, lin, channel, "有位子吗 <i>")
    await world.staff("hao", Role.MANAGER)
    home = f"/console/talks/{channel.channel_id:d}"
    async with open_client(world) as client:
        mei = await speak(client, world, "mei", "zh")
        page = await client.get("/console/talks", headers=mei)
        assert openid[-6:] in page.text
        assert "有位子吗 &lt;i&gt;" in page.text
        part = await client.get(f"{home}/{openid}", headers=mei | {"hx-request": "true"})
        assert part.text.lstrip().startswith('<div class="desk-live"')
        form: dict[str, Any] = {"text": "有的", "idempotency_key": "a-key-of-this-form"}
        for _ in range(2):
            sent = await client.post(f"{home}/{openid}/answer", headers=mei, data=form)
            assert sent.status_code == 303
        hao = as_browser(world, "hao")
        refused = await client.post(f"{home}/{openid}/answer", headers=hao, data={"text": "我来"})
        assert refused.status_code == 422
        assert (await client.post(f"{home}/{openid}/close", headers=mei)).status_code == 303
        await client.post(f"{home}/{openid}/take", headers=hao)
        blank = await client.post(f"{home}/{openid}/answer", headers=hao, data={"text": " "})
        assert blank.status_code == 422
        mine = await client.get(f"{home}?show=mine", headers=hao)
        assert openid[-6:] in mine.text
        assert "暂无对话" in (await client.get(f"{home}?show=waiting", headers=mei)).text
        assert (await client.get(f"{home}/{'o' * 28}", headers=mei)).status_code == 409
        assert (await client.get("/console/talks/1", headers=mei)).status_code == 404
    assert words_of(await my_talk(world, lin, channel)) == [
        "请评价本次服务",
        "有的",
        ">有位子吗 <i>",
    ]


async def test_rules_are_written_in_the_console(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, _ = await follower(world, channel)
    home = f"/console/channel/{channel.channel_id:d}/rules"
    async with open_client(world) as client:
        mei = await speak(client, world, "mei", "zh")
        rule = {"name": "网络", "keywords": "wifi，密码", "reply-0": "banyan2026", "mode": "all"}
        assert (await client.post(home, headers=mei, data=rule)).status_code == 303
        wrong = await client.post(home, headers=mei, data=rule | {"keywords": " ， "})
        assert wrong.status_code == 422
        assert "请填写关键词" in wrong.text
        default = {"kind": "default", "reply-0": "您好", "mode": "all"}
        assert (await client.post(home, headers=mei, data=default)).status_code == 303
        assert (await client.post(home, headers=mei, data=default)).status_code == 422
        assert [one.content.text for one in (await tell(world, lin, channel, "密码")).replies] == [
            "banyan2026"
        ]
        rules = (await at_desk(world, list_rules, channel, world.owner)).items
        first = f"{home}/{rules[0].rule_id:d}"
        changed = rule | {"reply-1": "祝您愉快", "mode": "one"}
        assert (await client.post(first, headers=mei, data=changed)).status_code == 303
        page = await client.get(home, headers=mei)
        assert "祝您愉快" in page.text
        assert (await client.post(f"{first}/delete", headers=mei)).status_code == 303
    assert (await tell(world, lin, channel, "密码")).replies[0].content.text == "您好"


async def test_who_may_not_is_refused(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    _, openid = await follower(world, channel)
    await world.staff("hao", Role.CASHIER)
    async with open_client(world) as client:
        hao = as_browser(world, "hao")
        home = f"/console/talks/{channel.channel_id:d}/{openid}"
        assert (
            await client.post(f"{home}/answer", headers=hao, data={"text": "x"})
        ).status_code == 403
        rules = f"/console/channel/{channel.channel_id:d}/rules"
        assert (await client.post(rules, headers=hao, data={"name": "x"})).status_code == 403


async def test_ready_answers_and_what_people_say_of_the_service(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    await tell(world, lin, channel, "有位子吗")
    home = f"/console/talks/{channel.channel_id:d}"
    async with open_client(world) as client:
        mei = await speak(client, world, "mei", "zh")
        service = f"{home}/desk/service"
        kept = {"title": "营业时间", "answer": "早九点到“晚”十点"}
        assert (await client.post(service, headers=mei, data=kept)).status_code == 303
        assert (await client.post(service, headers=mei, data={"title": "x"})).status_code == 422
        (one,) = (await at_desk(world, list_canned, channel, world.owner)).items
        changed = kept | {"answer": "早九点到“夜”十点"}
        own = f"{service}/{one.canned_id:d}"
        assert (await client.post(own, headers=mei, data=changed)).status_code == 303
        page = await client.get(f"{home}/{openid}", headers=mei)
        assert 'data-insert="早九点到“夜”十点"' in page.text
        assert (await client.post(f"{own}/delete", headers=mei)).status_code == 303
        assert "还没有快捷回复" in (await client.get(service, headers=mei)).text
        await client.post(f"{home}/{openid}/answer", headers=mei, data={"text": "有的"})
        assert (await client.post(f"{home}/{openid}/close", headers=mei)).status_code == 303
        newest = (await my_talk(world, lin, channel)).items[0].message
        assert newest is not None
        where = f"/inbox/{channel.channel_id:d}"
        async with open_browser(world, "lin", language="en") as phone:
            await phone.send("/language", language="en", back=where)
            assert "How were you served?" in phone.words
            assert "Not satisfied" in phone.words
            for choice in newest.content.choices[:2]:
                await phone.send(f"{where}/words", text="Satisfied", choice=choice.choice_id)
        page = await client.get(f"{home}/{openid}", headers=mei)
        assert page.text.count("badge-success") == 1
        page = await client.get(service, headers=mei)
        assert 'class="cell-number">1</td>' in page.text
        await world.staff("hao", Role.CASHIER)
        hao = as_browser(world, "hao")
        assert (await client.post(service, headers=hao, data=kept)).status_code == 403
