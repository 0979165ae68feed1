"""A mini program in the console: from uploaded code to everybody, its domains and testers."""

from __future__ import annotations

from banyan.parties.sessions import PORTS
from banyan.reach.miniapps import OpenApp, open_app
from banyan.wire.qr import read_codes
from tests.kit.miniapps import APP_JSON, add_miniapp, bring_out
from tests.kit.pages import open_browser
from tests.kit.parties import PHONES, phone_of
from tests.kit.world import SECRET_KEY, World


async def test_code_goes_its_way_by_hand(world: World) -> None:
    channel = await add_miniapp(world)
    home = f"/console/channel/{channel.channel_id:d}"
    async with open_browser(world, "mei") as owner:
        await owner.open(home)
        assert owner.path == f"{home}/app"
        assert "尚未发布" in owner.words
        library = f"{home}/app/library"
        await owner.open(library)
        await owner.send(library, app_json="{", version="1.0", status=422)
        assert "格式不正确" in owner.words
        await owner.send(library, app_json=APP_JSON, version="1.0", note="初版")
        await owner.send(f"{library}/keep", draft="1")
        await owner.send(f"{home}/app/commit", template="9", version="1.0", status=422)
        wrong = '{"pages": ["pages/none/none"]}'
        await owner.send(f"{home}/app/commit", template="2", version="1.0", ext=wrong, status=422)
        assert "pages/none/none" in owner.words
        await owner.send(f"{home}/app/commit", template="2", version="1.0", note="初版")
        await owner.send(f"{home}/app/submit", note="上线")
        assert "正在审核" in owner.words
        await owner.send(f"{home}/app/undo")
        assert "已撤回" in owner.words
        await owner.send(f"{home}/app/submit", note="再来")
        await owner.send(f"{home}/app/hurry", audit="2")
        assert "加急" in owner.words
        await owner.send(f"{home}/app/release")
        assert "尚未审核通过" in owner.words
    async with open_browser(world, "wu") as stranger:
        await world.merchant("别家", owner="wu")
        await stranger.open("/console/app-audits", status=404)
        await stranger.open(f"{home}/app", status=404)
    PORTS.connect(key=SECRET_KEY, sender=world.sender, operators={phone_of("mei")})
    async with open_browser(world, "mei") as owner:
        audits = "/console/app-audits"
        await owner.open(audits)
        assert "再来" in owner.words
        answer = {"channel": int(channel.channel_id), "audit": 2}
        await owner.send(audits, answer, decision="refuse")
        assert "请填写原因" in owner.words
        await owner.send(audits, answer, decision="approve")
        assert "没有待审核的内容" in owner.words
        await owner.open(f"{home}/app")
        await owner.send(f"{home}/app/release")
        assert "线上版本" in owner.words
        await owner.send(f"{home}/app/state", open="no")
        assert "恢复服务" in owner.words
        await owner.send(f"{home}/app/state", open="yes")
        await owner.open(f"{home}/app/picture?page=pages/tea/tea&scene=table-3")
        (text,) = read_codes(owner.page.content)
        assert text.endswith(f"/m/{channel.appid}?p=pages/tea/tea&s=table-3&w=1047")
        await owner.open(f"{home}/app/picture?page=none", status=404)


async def test_a_release_in_part_is_stopped_and_a_release_taken_back(world: World) -> None:
    channel = await add_miniapp(world)
    await bring_out(world, channel, "1.0")
    await bring_out(world, channel, "2.0")
    await bring_out(world, channel, "3.0", is_released=False)
    home = f"/console/channel/{channel.channel_id:d}/app"
    async with open_browser(world, "mei") as owner:
        await owner.open(home)
        await owner.send(f"{home}/release-part", percentage="30")
        assert "30%" in owner.words
        await owner.send(f"{home}/stop")
        await owner.send(f"{home}/revert")
        opened = await world.office.run(open_app, OpenApp(appid=channel.appid), world.owner)
        assert opened.version_name == "1.0"


async def test_domains_and_testers_are_named_and_taken_away(world: World) -> None:
    channel = await add_miniapp(world)
    await world.person("lin")
    home = f"/console/channel/{channel.channel_id:d}/app"
    async with open_browser(world, "mei") as owner:
        domains, testers = f"{home}/domains", f"{home}/testers"
        await owner.open(domains)
        await owner.send(domains, purpose="web", domain="www.example.com")
        assert "https://www.example.com" in owner.words
        await owner.send(domains, purpose="web", domain="ftp://example.com", status=422)
        await owner.send(f"{domains}/drop", chosen="web https://www.example.com")
        assert "https://www.example.com" not in owner.words
        await owner.open(testers)
        await owner.send(testers, phone="none", status=422)
        await owner.send(testers, phone=PHONES["lin"])
        assert "****" in owner.words
        userstr = owner.page.text.split('name="tester" value="')[1].split('"')[0]
        await owner.send(f"{testers}/drop", tester=userstr)
        assert "还没有体验成员" in owner.words
