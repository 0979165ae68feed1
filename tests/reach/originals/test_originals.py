"""Who wrote something first is known; copies are refused, and complaints decided."""

from pathlib import Path
from typing import Any

import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.books.work import SYSTEM
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import ReadArticle, read_article
from banyan.reach.broadcasts import (
    Content,
    ContentKind,
    DeliveryResult,
    SendMessage,
    send_message,
)
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from banyan.reach.moderation import (
    AppealCheck,
    CheckState,
    DecideCheck,
    ListChecks,
    Reason,
    appeal_check,
    decide_check,
    list_checks,
)
from banyan.reach.originals import (
    Complain,
    Complaint,
    DecideComplaint,
    DeclareOriginal,
    ListWaitingComplaints,
    ListWorks,
    Published,
    complain,
    decide_complaint,
    declare_original,
    list_waiting_complaints,
    list_works,
)
from tests.kit.articles import draft, open_writer, own, publish
from tests.kit.moderation import operator
from tests.kit.world import World

OPENING = "春天的第一场雨之后，山里的茶树冒出了新芽。阿梅背着竹篓上山，天还没有亮透。"
STORY = OPENING + "".join(
    f"第{place}片叶子有它自己的故事，露水第{place * 3}次落下时她正好抬头。" for place in range(20)
)


async def other_writer(world: World) -> Channel:
    """An account of another merchant."""
    merchant_id = await world.merchant("麦香", owner="fang")
    command = CreateChannel(merchant_id=merchant_id, kind=ChannelKind.SERVICE, name="麦香面包")
    return (await world.office.run(create_channel, command, SYSTEM)).channel


async def declare(
    world: World, channel: Channel, article: dict[str, Any], *, may_reprint: bool = False
) -> Published:
    command = DeclareOriginal(
        **own(channel), article_id=article["article_id"], may_reprint=may_reprint
    )
    return await world.office.run(declare_original, command, SYSTEM)


async def is_out(world: World, article: dict[str, Any]) -> bool:
    try:
        await world.office.run(read_article, ReadArticle(**article), SYSTEM)
    except NotFound:
        return False
    return True


async def test_a_copy_of_an_original_is_refused(world: World, tmp_path: Path) -> None:
    mine = await open_writer(world, tmp_path)
    theirs = await other_writer(world)
    original = await publish(world, mine, ["雨后"], content=f"<p>{STORY}</p>")
    await declare(world, mine, original)
    copied = "，".join(STORY.split("，"))
    copy = await publish(world, theirs, ["山中"], content=f"<div>{copied}</div>")
    assert not await is_out(world, copy)
    query = ListChecks(**own(theirs))
    (check,) = (await world.office.run(list_checks, query, SYSTEM)).items
    assert (check.state, check.reason) == (CheckState.REFUSED, Reason.COPYRIGHT)
    assert check.evidence[0].words[1] == "雨后"
    # The same merchant's other accounts repeat nobody.
    again = await publish(world, mine, ["雨后"], content=f"<p>{STORY}</p>")
    assert await is_out(world, again)


async def test_half_a_copy_is_for_people(world: World, tmp_path: Path) -> None:
    mine = await open_writer(world, tmp_path)
    theirs = await other_writer(world)
    original = await publish(world, mine, ["雨后"], content=f"<p>{STORY}</p>")
    await declare(world, mine, original)
    half = STORY + "".join(f"另外第{place}句话是他们自己写的内容。" for place in range(15))
    copy = await publish(world, theirs, ["山中"], content=half)
    assert not await is_out(world, copy)
    (check,) = (await world.office.run(list_checks, ListChecks(**own(theirs)), SYSTEM)).items
    assert (check.state, check.reason) == (CheckState.WAITING, Reason.COPYRIGHT)


async def test_what_may_be_reprinted_is_let_out(world: World, tmp_path: Path) -> None:
    mine = await open_writer(world, tmp_path)
    theirs = await other_writer(world)
    original = await publish(world, mine, ["雨后"], content=STORY)
    await declare(world, mine, original, may_reprint=True)
    assert await is_out(world, await publish(world, theirs, ["山中"], content=STORY))


async def test_only_what_nobody_wrote_before_is_original(world: World, tmp_path: Path) -> None:
    mine = await open_writer(world, tmp_path)
    theirs = await other_writer(world)
    await publish(world, mine, ["雨后"], content=STORY)
    copy = await publish(world, theirs, ["山中"], content=STORY)
    with pytest.raises(Refusal) as refused:
        await declare(world, theirs, copy)
    assert refused.value.code == "originals.not_original"
    assert refused.value.fields["title"] == "雨后"
    short = await publish(world, mine, ["短"], content="字" * 150)
    with pytest.raises(Invalid, match="too_short"):
        await declare(world, mine, short)


async def test_messages_to_many_say_what_they_repeat(world: World, tmp_path: Path) -> None:
    mine = await open_writer(world, tmp_path)
    theirs = await other_writer(world)
    original = await publish(world, mine, ["雨后"], content=STORY)
    for may_reprint, is_refused, reason in (
        (False, False, DeliveryResult.NOT_SENDABLE),
        (True, True, DeliveryResult.REPRINT),
        (True, False, None),
    ):
        await declare(world, mine, original, may_reprint=may_reprint)
        media_id = await draft(world, theirs, ["山中"], content=STORY)
        content = Content(kind=ContentKind.NEWS, media_ids=[media_id])
        fields = {name: getattr(content, name) for name in Content.__struct_fields__}
        command = SendMessage(**own(theirs), **fields, is_reprint_refused=is_refused)
        message = await world.office.run(send_message, command, SYSTEM)
        (item,) = message.copyright
        assert message.reason is reason
        assert item.original_url.endswith(f"{original['article_id']}/1")
        assert item.may_reprint is may_reprint
        await world.settle()


async def complaint(
    world: World, mine: Channel, theirs: Channel, original: dict[str, Any], copy: dict[str, Any]
) -> Complaint:
    command = Complain(
        merchant_id=MerchantId(mine.merchant_id),
        channel_id=mine.channel_id,
        article_id=original["article_id"],
        against_channel_id=theirs.channel_id,
        against_article_id=copy["article_id"],
        why="整篇照搬",
    )
    return await world.office.run(complain, command, SYSTEM)


async def test_a_complaint_takes_a_copy_back_and_may_be_appealed(
    world: World, tmp_path: Path
) -> None:
    mine = await open_writer(world, tmp_path)
    theirs = await other_writer(world)
    original = await publish(world, mine, ["雨后"], content=STORY)
    copy = await publish(world, theirs, ["山中"], content=STORY)
    with pytest.raises(Refusal, match="not_declared"):
        await complaint(world, mine, theirs, original, copy)
    await declare(world, mine, original)
    made = await complaint(world, mine, theirs, original, copy)
    assert made.share > 0.9
    with pytest.raises(Refusal, match="complained_before"):
        await complaint(world, mine, theirs, original, copy)
    lin = await operator(world)
    (waiting,) = (
        await world.office.run(list_waiting_complaints, ListWaitingComplaints(), lin)
    ).items
    assert (waiting.title, waiting.against_title) == ("雨后", "山中")
    decision = DecideComplaint(complaint_id=made.complaint_id, is_copy=True)
    await world.office.run(decide_complaint, decision, lin)
    await world.settle()
    assert not await is_out(world, copy)
    with pytest.raises(Refusal, match="already_decided"):
        await world.office.run(decide_complaint, decision, lin)
    (check,) = (await world.office.run(list_checks, ListChecks(**own(theirs)), SYSTEM)).items
    assert check.reason is Reason.COPYRIGHT
    appeal = AppealCheck(**own(theirs), check_id=check.check_id, appeal="我们有授权")
    await world.office.run(appeal_check, appeal, SYSTEM)
    passing = DecideCheck(channel_id=theirs.channel_id, check_id=check.check_id, passes=True)
    with pytest.raises(Failure, match="same_person"):
        await world.office.run(decide_check, passing, lin)
    await world.office.run(decide_check, passing, await operator(world, "wu"))
    await world.settle()
    assert await is_out(world, copy)


async def test_a_complaint_that_is_none_changes_nothing(world: World, tmp_path: Path) -> None:
    mine = await open_writer(world, tmp_path)
    theirs = await other_writer(world)
    original = await publish(world, mine, ["雨后"], content=STORY)
    other = await publish(world, theirs, ["麦子"], content="麦子熟了，" * 60)
    await declare(world, mine, original)
    made = await complaint(world, mine, theirs, original, other)
    assert made.share < 0.1
    decision = DecideComplaint(complaint_id=made.complaint_id, is_copy=False)
    await world.office.run(decide_complaint, decision, await operator(world))
    assert await is_out(world, other)


async def send_copy(world: World, channel: Channel) -> dict[str, Any]:
    """What a message to many publishes, as a command names its first article."""
    media_id = await draft(world, channel, ["山中"], content=STORY)
    command = SendMessage(**own(channel), kind=ContentKind.NEWS, media_ids=[media_id])
    message = await world.office.run(send_message, command, SYSTEM)
    await world.settle()
    return {"channel_id": channel.channel_id, "article_id": message.article_id, "place": 1}


async def test_a_complaint_takes_back_what_a_message_sent(world: World, tmp_path: Path) -> None:
    mine = await open_writer(world, tmp_path)
    theirs = await other_writer(world)
    original = await publish(world, mine, ["雨后"], content=STORY)
    copy = await send_copy(world, theirs)
    assert await is_out(world, copy)
    await declare(world, mine, original)
    made = await complaint(world, mine, theirs, original, copy)
    decision = DecideComplaint(complaint_id=made.complaint_id, is_copy=True)
    await world.office.run(decide_complaint, decision, await operator(world))
    await world.settle()
    assert not await is_out(world, copy)
    works = ListWorks(**own(theirs))
    assert not (await world.office.run(list_works, works, SYSTEM)).items
    (check,) = (await world.office.run(list_checks, ListChecks(**own(theirs)), SYSTEM)).items
    appeal = AppealCheck(**own(theirs), check_id=check.check_id, appeal="我们有授权")
    await world.office.run(appeal_check, appeal, SYSTEM)
    passing = DecideCheck(channel_id=theirs.channel_id, check_id=check.check_id, passes=True)
    await world.office.run(decide_check, passing, await operator(world, "wu"))
    await world.settle()
    assert await is_out(world, copy)
    assert len((await world.office.run(list_works, works, SYSTEM)).items) == 1
