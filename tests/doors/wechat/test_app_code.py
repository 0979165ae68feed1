"""The code of a mini program, driven over the wire by an unmodified SDK from template to people."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from banyan.books.actor import SYSTEM
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelKind
from banyan.reach.miniapps import Decision, OpenApp, UploadCode, open_app, upload_code
from banyan.wire.qr import read_codes
from tests.kit.miniapps import APP_JSON, bring_out, decide
from tests.kit.moderation import BAD
from tests.kit.platform import open_platform
from tests.kit.wechat import Account, open_account
from tests.kit.world import World


@pytest_asyncio.fixture
async def app(world: World) -> AsyncIterator[Account]:
    """A mini program and its own program."""
    async with open_account(world, kind=ChannelKind.MINIAPP, name="榕树小程序") as opened:
        await opened.call(opened.sdk.fetch_access_token)
        yield opened


async def template(world: World, app: Account) -> int:
    """A template made over the wire of a draft that a developer uploaded."""
    upload = UploadCode(merchant_id=world.merchant_id, app_json=APP_JSON, version_name="1.0")
    draft = await world.office.run(upload_code, upload, SYSTEM)
    token = {"access_token": app.sdk.access_token}
    listed = (await app.get("/wxa/gettemplatedraftlist", **token))["draft_list"]
    assert listed[0]["draft_id"] == draft.package_id
    body = {"draft_id": draft.package_id}
    assert (await app.post("/wxa/addtotemplate", body, **token))["errcode"] == 0
    assert (await app.get("/wxa/gettemplatedraftlist", **token))["draft_list"] == []
    number: int = (await app.get("/wxa/gettemplatelist", **token))["template_list"][0][
        "template_id"
    ]
    return number


def item(**changed: object) -> dict[str, Any]:
    """A page as it is put to the audit."""
    return {
        "address": "pages/index/index",
        "tag": "茶 点单",
        "first_class": "工具",
        "second_class": "信息查询",
        "first_id": 287,
        "second_id": 299,
        "title": "首页",
    } | changed


async def test_from_a_template_to_everybody_and_back(app: Account, world: World) -> None:
    wxa, token = app.sdk.wxa, {"access_token": app.sdk.access_token}
    assert await app.refused(wxa.get_page) == 86001
    assert await app.refused(wxa.get_qrcode) == 86001
    assert await app.refused(wxa.submit_audit, {"item_list": [item()]}) == 85086
    number = await template(world, app)
    assert await app.refused(wxa.commit, 999, "{}", "1.0", "初版") == 85014
    ext = {"extAppid": app.channel.appid, "ext": {"shop": "1"}, "pages": ["pages/index/index"]}
    await app.call(wxa.commit, number, json.dumps(ext), "1.0", "初版")
    assert await app.call(wxa.get_page) == ["pages/index/index"]
    picture = (await app.call(wxa.get_qrcode)).content
    assert read_codes(picture)[0].endswith(f"/m/{app.channel.appid}?e=trial")
    await app.call(wxa.commit, number, "", "1.1", "两页")
    assert await app.call(wxa.get_page) == ["pages/index/index", "pages/tea/tea"]
    assert (await app.call(wxa.get_category))[0]["second_class"] == "信息查询"
    assert await app.refused(wxa.get_latest_audit_status) == 85058
    audit_id = (await app.call(wxa.submit_audit, {"item_list": [item()]}))["auditid"]
    assert await app.refused(wxa.submit_audit, {"item_list": [item()]}) == 85009
    assert (await app.call(wxa.get_audit_status, audit_id))["status"] == 2
    assert await app.refused(wxa.get_audit_status, 77) == 85012
    assert await app.refused(wxa.release) == 85020
    await decide(world, app.channel, audit_id)
    latest = await app.call(wxa.get_latest_audit_status)
    assert (latest["auditid"], latest["status"]) == (audit_id, 0)
    await app.call(wxa.release)
    assert await app.refused(wxa.release) == 85020
    told = await app.post("/wxa/getversioninfo", {}, **token)
    assert told["release_info"]["release_version"] == "1.1"
    assert await app.refused(wxa.revert_code_release) == 87012
    await bring_out(world, app.channel, "2.0")
    history = await app.get("/wxa/revertcoderelease", action="get_history_version", **token)
    assert [one["user_version"] for one in history["version_list"]] == ["1.1"]
    await app.call(wxa.revert_code_release)
    told = await app.post("/wxa/getversioninfo", {}, **token)
    assert told["release_info"]["release_version"] == "1.1"
    assert told["exp_info"]["exp_version"] == "2.0"
    assert await app.refused(wxa.revert_code_release) == 87012


@pytest.mark.parametrize(
    ("ext", "errcode"),
    [
        ("no json", 85048),
        ("[1]", 85048),
        ('{"extAppid": "wx0000000000000000"}', 85013),
        ('{"pages": []}', 85047),
        ('{"pages": ["pages/none/none"]}', 85045),
        ('{"extPages": {"pages/none/none": {}}}', 85045),
        ('{"tabBar": {"list": [{"text": "茶"}]}}', 85046),
        ('{"tabBar": {"list": [{"pagePath": "pages/none/none"}]}}', 85045),
    ],
)
async def test_what_is_wrong_with_a_configuration_is_named(
    app: Account, world: World, ext: str, errcode: int
) -> None:
    number = await template(world, app)
    assert await app.refused(app.sdk.wxa.commit, number, ext, "1.0", "初版") == errcode


async def test_what_is_wrong_with_a_submission_is_named(app: Account, world: World) -> None:
    number = await template(world, app)
    wxa = app.sdk.wxa
    await app.call(wxa.commit, number, "", "1.0", "初版")
    wrong = [
        ([item(address="pages/none/none")], 85007),
        ([item() for _ in range(6)], 85023),
        ([{}], 85010),
        ([item(tag="长" * 21)], 85006),
        ([item(title="长" * 33)], 85011),
        ([item(second_class="点餐平台", first_class="餐饮")], 85008),
    ]
    for items, errcode in wrong:
        assert await app.refused(wxa.submit_audit, {"item_list": items}) == errcode
    assert await app.refused(wxa.submit_audit, {"version_desc": "长" * 201}) == 85051
    token = {"access_token": app.sdk.access_token}
    quota = await app.call(wxa.query_quota)
    assert quota["rest"] == quota["limit"] == 100
    added = {"categories": [{"first": 220, "second": 221}]}
    wxopen = "/cgi-bin/wxopen/"
    assert (await app.post(f"{wxopen}addcategory", added, **token))["errcode"] == 0
    assert (await app.post(f"{wxopen}addcategory", added, **token))["errcode"] == 53303
    wrong_first = {"categories": [{"first": 1, "second": 222}]}
    assert (await app.post(f"{wxopen}addcategory", wrong_first, **token))["errcode"] == 53305
    listed = await app.get(f"{wxopen}getcategory", **token)
    assert [one["second"] for one in listed["categories"]] == [299, 221]
    every = await app.get(f"{wxopen}getallcategories", **token)
    assert {"id": 220, "name": "餐饮"}.items() <= every["categories_list"]["categories"][0].items()
    about_tea = [item(second_class="点餐平台", first_class="餐饮")]
    await app.call(wxa.submit_audit, {"item_list": about_tea})
    gone = {"first": 220, "second": 221}
    assert (await app.post(f"{wxopen}deletecategory", gone, **token))["errcode"] == 0
    last = {"first": 287, "second": 299}
    assert (await app.post(f"{wxopen}deletecategory", last, **token))["errcode"] == 53309


async def test_audits_are_refused_called_back_and_hurried(app: Account, world: World) -> None:
    wxa = app.sdk.wxa
    await app.call(wxa.commit, await template(world, app), "", "1.0", "初版")
    assert await app.refused(wxa.undo_code_audit) == 85019
    first = (await app.call(wxa.submit_audit, {}))["auditid"]
    assert await app.refused(wxa.speed_up_audit, 99) == 85012
    await app.call(wxa.speed_up_audit, first)
    assert await app.refused(wxa.speed_up_audit, first) == 89404
    await decide(world, app.channel, first, Decision.DELAY)
    assert (await app.call(wxa.get_audit_status, first))["status"] == 4
    await decide(world, app.channel, first, Decision.REFUSE)
    told = await app.call(wxa.get_audit_status, first)
    assert (told["status"], told["reason"]) == (1, "页面打不开")
    assert await app.refused(wxa.speed_up_audit, first) == 89402
    assert await app.refused(wxa.release) == 85020
    for _ in range(5):
        await app.call(wxa.submit_audit, {})
        await app.call(wxa.undo_code_audit)
    assert (await app.call(wxa.get_latest_audit_status))["status"] == 3
    await app.call(wxa.submit_audit, {})
    assert await app.refused(wxa.undo_code_audit) == 87013
    quota = await app.call(wxa.query_quota)
    assert (quota["rest"], quota["speedup_rest"]) == (93, 9)


async def test_a_part_of_the_people_has_the_new_code(app: Account, world: World) -> None:
    token = {"access_token": app.sdk.access_token}

    async def gray(percentage: int) -> int:
        body = {"gray_percentage": percentage}
        return int((await app.post("/wxa/grayrelease", body, **token))["errcode"])

    async def seen(name: str) -> str:
        command = OpenApp(appid=app.channel.appid)
        return (await world.office.run(open_app, command, await world.person(name))).version_name

    assert await gray(10) == 85079
    await bring_out(world, app.channel, "1.0")
    assert await gray(10) == 85020
    await bring_out(world, app.channel, "2.0", is_released=False)
    assert await gray(101) == 85081
    assert await gray(50) == 0
    assert await gray(50) == 85082
    plan = (await app.get("/wxa/getgrayreleaseplan", **token))["gray_release_plan"]
    assert (plan["status"], plan["gray_percentage"]) == (1, 50)
    versions = [await seen(f"person{number}") for number in range(12)]
    assert set(versions) == {"1.0", "2.0"}
    assert [await seen(f"person{number}") for number in range(12)] == versions
    assert await app.refused(app.sdk.wxa.revert_code_release) == 87011
    assert (await app.get("/wxa/revertgrayrelease", **token))["errcode"] == 0
    assert {await seen(f"person{number}") for number in range(12)} == {"1.0"}
    assert await gray(100) == 0
    assert {await seen(f"person{number}") for number in range(12)} == {"2.0"}
    assert await gray(10) == 85020


async def test_people_are_let_in_or_not(app: Account, world: World) -> None:
    token = {"access_token": app.sdk.access_token}
    await bring_out(world, app.channel)
    lin, command = await world.person("lin"), OpenApp(appid=app.channel.appid)
    await app.call(app.sdk.wxa.change_visit_status, close=True)
    assert await app.refused(app.sdk.wxa.change_visit_status, close=True) == 85021
    assert (await app.post("/wxa/getvisitstatus", {}, **token))["status"] == 0
    with pytest.raises(Exception, match=r"miniapps\.closed"):
        await world.office.run(open_app, command, lin)
    await app.call(app.sdk.wxa.change_visit_status, close=False)
    assert (await world.office.run(open_app, command, lin)).page == "pages/index/index"
    wrong = await app.post("/wxa/change_visitstatus", {"action": "shut"}, **token)
    assert wrong["errcode"] == 85022
    hidden = await app.post("/wxa/changewxasearchstatus", {"status": 1}, **token)
    assert hidden["errcode"] == 0
    assert (await app.get("/wxa/getwxasearchstatus", **token))["status"] == 1
    wrong = await app.post("/wxa/changewxasearchstatus", {"status": 2}, **token)
    assert wrong["errcode"] == 85084


async def test_accounts_have_no_code_and_mini_programs_no_menu(
    account: Account, world: World
) -> None:
    assert await account.refused(account.sdk.wxa.get_page) == 48001
    async with open_account(world, kind=ChannelKind.MINIAPP) as app:
        assert await app.refused(app.sdk.menu.get) == 48001
        assert await app.refused(app.sdk.user.get_followers) == 48001
        assert await app.refused(app.sdk.jsapi.get_ticket) == 48001
        assert await app.call(app.sdk.misc.get_wechat_ips) == ["127.0.0.1"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_platform_makes_code_of_its_own_templates(app: Account, world: World) -> None:
    own = await template(world, app)
    async with open_platform(world) as platform:
        code = await platform.authorize(world.owner, app.channel)
        await platform.settle()
        client = await platform.call(platform.sdk.get_client_by_authorization_code, code.code)
        maker = MerchantId(platform.channel.merchant_id)
        upload = UploadCode(merchant_id=maker, app_json=APP_JSON, version_name="1.0")
        for _ in range(2):
            await world.office.run(upload_code, upload, SYSTEM)
        draft = await world.office.run(upload_code, upload, SYSTEM)
        token = {"access_token": platform.sdk.access_token}
        body = {"draft_id": draft.package_id}
        assert (await app.post("/wxa/addtotemplate", body, **token))["errcode"] == 0
        listed = await app.get("/wxa/gettemplatelist", **token)
        (number,) = [one["template_id"] for one in listed["template_list"]]
        assert number != own
        assert await platform.refused(client.wxa.commit, own, "", "1.0", "初版") == 85014
        await platform.call(client.wxa.commit, number, "", "1.0", "初版")
        audit_id = (await platform.call(client.wxa.submit_audit, {}))["auditid"]
        assert (await platform.call(client.wxa.query_quota))["rest"] == 99
        assert (await app.call(app.sdk.wxa.query_quota))["rest"] == 100
        await decide(world, app.channel, audit_id)
        await platform.call(client.wxa.release)
        # The merchant's own library is not let to it.
        acting = {"access_token": client.access_token}
        for path in ("/wxa/gettemplatelist", "/wxa/gettemplatedraftlist"):
            assert (await app.get(path, **acting))["errcode"] == 61014
        strange = {"template_id": own}
        assert (await app.post("/wxa/deletetemplate", strange, **acting))["errcode"] == 61014
        gone = {"template_id": number}
        assert (await app.post("/wxa/deletetemplate", gone, **token))["errcode"] == 0
        assert (await app.post("/wxa/deletetemplate", gone, **token))["errcode"] == 85064
    lin = await world.person("lin")
    opened = await world.office.run(open_app, OpenApp(appid=app.channel.appid), lin)
    assert opened.version_name == "1.0"


async def test_what_its_words_forbid_is_refused_at_once(app: Account, world: World) -> None:
    number = await template(world, app)
    ext = json.dumps({"window": {"navigationBarTitleText": BAD}}, ensure_ascii=False)
    await app.call(app.sdk.wxa.commit, number, ext, "1.0", "初版")
    audit_id = (await app.call(app.sdk.wxa.submit_audit, {}))["auditid"]
    told = await app.call(app.sdk.wxa.get_audit_status, audit_id)
    assert told["status"] == 1
    assert "刷单" in told["reason"]
    assert await app.refused(app.sdk.wxa.release) == 85020
