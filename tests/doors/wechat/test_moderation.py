"""What accounts may not let others see is refused wherever they write it, and says why."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from banyan.base.errors import Refusal
from banyan.doors.wechat import callers
from banyan.outside.storage import FolderFiles
from banyan.reach.channels import ChangeChannel, change_channel
from banyan.reach.media import PORTS
from banyan.reach.moderation import (
    AppealCheck,
    Check,
    DecideCheck,
    ListChecks,
    appeal_check,
    decide_check,
    list_checks,
)
from banyan.reach.penalties import GivePenalty, PenaltyKind, give_penalty
from banyan.reach.talks import AddRule, Content, ContentKind, Keyword, RuleKind, add_rule
from tests.doors.wechat.test_articles import article, cover_of, post
from tests.doors.wechat.test_security import connected
from tests.kit.drawn import draw_lines
from tests.kit.loyalty import inbox
from tests.kit.moderation import BAD, UNCLEAR, operator
from tests.kit.talks import follower, tell
from tests.kit.wechat import Account, open_account
from tests.kit.world import World


@pytest_asyncio.fixture
async def account(world: World, tmp_path: Path) -> AsyncIterator[Account]:
    """A service account on a machine with a folder for files, whose program has a token."""
    PORTS.connect(files=FolderFiles(tmp_path / "files"))
    async with open_account(world) as opened:
        await opened.call(opened.sdk.fetch_access_token)
        yield opened


async def test_menus_messages_and_templates_are_judged(world: World, account: Account) -> None:
    lin, openid = await follower(world, account.channel)
    await tell(world, lin, account.channel, "在吗")
    sdk = account.sdk
    menu = {"button": [{"type": "click", "name": "加微信刷单", "key": "a"}]}
    assert await account.refused(sdk.menu.create, menu) == 87014
    assert await account.call(sdk.menu.get) is None
    assert await account.refused(sdk.message.send_text, openid, BAD) == 87014
    news = [{"title": BAD, "description": "", "url": "https://a.test", "image": ""}]
    assert await account.refused(sdk.message.send_articles, openid, news) == 87014
    assert (await account.call(sdk.message.send_text, openid, "您好"))["errcode"] == 0
    template_id = await account.call(sdk.template.get, "TM00015")
    before = len(await inbox(world, lin))
    data = {"orderMoneySum": {"value": BAD}, "orderProductName": {"value": "龙井"}}
    send = sdk.message.send_template
    assert await account.refused(send, openid, template_id, data, "https://a.test") == 87014
    assert len(await inbox(world, lin)) == before


async def test_rules_and_the_profile_are_judged(world: World, account: Account) -> None:
    own: dict[str, Any] = {
        "merchant_id": world.merchant_id,
        "channel_id": account.channel.channel_id,
    }
    rule = AddRule(
        **own,
        kind=RuleKind.KEYWORD,
        name="加群",
        keywords=[Keyword(text="群")],
        replies=[Content(kind=ContentKind.TEXT, text=BAD)],
    )
    with pytest.raises(Refusal) as refused:
        await world.office.run(add_rule, rule, world.owner)
    assert refused.value.fields == {"reason": "advertising", "words": ["加微信", "刷单"]}
    changes: list[dict[str, Any]] = [{"welcome_text": BAD}, {"name": "裸聊"}]
    for one in changes:
        with pytest.raises(Refusal, match="refused"):
            await world.office.run(change_channel, ChangeChannel(**own, **one), world.owner)


async def test_a_refused_article_comes_back_as_a_draft(world: World, account: Account) -> None:
    cover = await cover_of(world, account)
    bad = article(cover, content=f"<p>你好</p><p>{BAD}</p>")
    made = await post(account, "draft/add", articles=[article(cover), bad])
    async with connected(world, account) as line:
        submitted = await post(account, "freepublish/submit", **made)
        await world.settle()
        await line.deliver()
        (heard,) = line.receiver.messages
    told = heard._data["PublishEventInfo"]
    assert (told["publish_status"], told["fail_idx"]) == ("4", ["1", "2"])
    found = await post(account, "freepublish/get", publish_id=submitted["publish_id"])
    assert (found["publish_status"], "article_id" in found) == (4, False)
    assert len((await post(account, "draft/get", **made))["news_item"]) == 2
    assert (await post(account, "freepublish/batchget", offset=0))["total_count"] == 0


@pytest.mark.slow
async def test_what_a_picture_says_counts(world: World, account: Account) -> None:
    cover = await cover_of(world, account)
    bad = ("a.png", io.BytesIO(draw_lines(["加微信 abc12345", "一起刷单"])))
    url = await account.call(account.sdk.media.upload_image, bad)
    made = await post(
        account, "draft/add", articles=[article(cover, content=f'<p>茶</p><img src="{url}">')]
    )
    submitted = await post(account, "freepublish/submit", **made)
    await world.settle()
    found = await post(account, "freepublish/get", publish_id=submitted["publish_id"])
    assert found["publish_status"] == 4
    (check,) = await list_own(world, account)
    assert "刷单" in check.content.texts[-1]


async def test_an_article_that_people_let_through_is_out(world: World, account: Account) -> None:
    cover = await cover_of(world, account)
    made = await post(account, "draft/add", articles=[article(cover, title=UNCLEAR)])
    submitted = await post(account, "freepublish/submit", **made)
    await world.settle()
    state = await post(account, "freepublish/get", publish_id=submitted["publish_id"])
    assert state["publish_status"] == 1
    (check,) = await list_own(world, account)
    await decide(world, check, passes=True)
    await world.settle()
    state = await post(account, "freepublish/get", publish_id=submitted["publish_id"])
    assert state["publish_status"] == 0


async def test_an_appeal_lets_an_article_out(world: World, account: Account) -> None:
    cover = await cover_of(world, account)
    made = await post(account, "draft/add", articles=[article(cover, title=BAD)])
    submitted = await post(account, "freepublish/submit", **made)
    await world.settle()
    (check,) = await list_own(world, account)
    command = AppealCheck(
        merchant_id=world.merchant_id,
        channel_id=check.channel_id,
        check_id=check.check_id,
        appeal="这是防骗提醒",
    )
    await world.office.run(appeal_check, command, world.owner)
    await decide(world, check, passes=True)
    await world.settle()
    state = await post(account, "freepublish/get", publish_id=submitted["publish_id"])
    assert state["publish_status"] == 0
    assert (await post(account, "freepublish/batchget", offset=0))["total_count"] == 1


async def list_own(world: World, account: Account) -> list[Check]:
    query = ListChecks(merchant_id=world.merchant_id, channel_id=account.channel.channel_id)
    return (await world.office.run(list_checks, query, world.owner)).items


async def decide(world: World, check: Check, *, passes: bool) -> None:
    command = DecideCheck(channel_id=check.channel_id, check_id=check.check_id, passes=passes)
    await world.office.run(decide_check, command, await operator(world, "wu"))


async def test_a_limited_program_may_call_nothing(
    world: World, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The door remembers a caller for two seconds.
    monkeypatch.setattr(callers, "_ttl_s", 0.0)
    command = GivePenalty(
        channel_id=account.channel.channel_id, kind=PenaltyKind.API_LIMITED, days=1, reason="fraud"
    )
    await world.office.run(give_penalty, command, await operator(world))
    assert await account.refused(account.sdk.menu.get) == 48004
    await world.advance(timedelta(days=2))
    await account.call(account.sdk.fetch_access_token)
    assert await account.call(account.sdk.menu.get) is None
