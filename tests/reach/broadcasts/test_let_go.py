"""What holds a message back: a check, its time, somebody's consent; and taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import SYSTEM, Actor
from banyan.reach.broadcasts import (
    SUBJECT,
    AnswerConsent,
    Audience,
    CancelMessage,
    ChangeOutbox,
    ContentKind,
    CountAudience,
    DeleteMessage,
    DeliveryResult,
    MessageId,
    MessageState,
    answer_consent,
    cancel_message,
    change_outbox,
    count_audience,
    delete_message,
    deliver,
    take_decision,
    tell,
)
from banyan.reach.broadcasts.rules import compute_due
from banyan.reach.channels import Channel, ChannelKind
from banyan.reach.labels import CreateTag, TagFollowers, create_tag, tag_followers
from banyan.reach.moderation import Check, CheckState, Reason, Subject
from banyan.reach.moderation import Content as Seen
from banyan.reach.penalties import GivePenalty, PenaltyKind, give_penalty
from banyan.reach.pushes import PushKind
from tests.kit.world import World
from tests.reach.broadcasts.hall import BAD, MORNING, UNCLEAR, Hall, open_hall

HALF_AN_HOUR = timedelta(minutes=30)


def program(hall: Hall) -> Actor:
    """The account's own program."""
    grants = hall.world.owner.grants
    return Actor(kind="channel", actor_id=int(hall.channel.channel_id), grants=grants)


async def decide(hall: Hall, message_id: int, state: CheckState, reason: Reason | None) -> None:
    """Have people decide about a message."""
    check = Check(
        merchant_id=hall.channel.merchant_id,
        channel_id=hall.channel.channel_id,
        check_id=1,  # type: ignore[arg-type] # of no check that is stored
        subject=Subject(kind=SUBJECT, subject_id=message_id),
        content=Seen(),
        state=state,
        reason=reason,
        evidence=[],
        created_at=MORNING,
    )
    async with hall.world.office.begin() as work:
        await take_decision(work, hall.channel, check)


async def test_what_is_refused_reaches_nobody_and_everybody_has_the_reason(world: World) -> None:
    hall = await open_hall(world)
    start = await world.mark()
    message = await hall.send(kind=ContentKind.TEXT, title="", body=BAD)
    await world.settle()
    report = await hall.report(message)
    assert report.message.state is MessageState.REFUSED
    assert report.message.reason is DeliveryResult.ADVERTISING
    assert await hall.results(message) == {"advertising": 3}
    assert await hall.titles() == []
    assert await world.events(start) == ["moderation.decided", "broadcasts.refused"]
    # Nobody's quota was spent.
    for number in range(4):
        await hall.send(f"第{number}条")
    await world.settle()
    assert len(await hall.titles()) == 4


async def test_what_is_unclear_waits_for_people(world: World) -> None:
    hall = await open_hall(world)
    message = await hall.send(UNCLEAR)
    assert (message.state, message.is_checked) == (MessageState.WAITING, False)
    await world.settle()
    assert await hall.results(message) == {}
    await decide(hall, int(message.message_id), CheckState.PASSED, None)
    await world.settle()
    assert await hall.results(message) == {"delivered": 3}
    # A complaint turns it round later: it is taken from everybody's sight, the results stay.
    await decide(hall, int(message.message_id), CheckState.REFUSED, Reason.COPYRIGHT)
    report = await hall.report(message)
    assert (report.message.state, report.message.reason) == (
        MessageState.DELETED,
        DeliveryResult.COPYRIGHT,
    )
    assert await hall.titles() == []
    assert await hall.results(message) == {"delivered": 3}


async def test_an_appeal_comes_too_late_for_what_everybody_has_a_result_of(world: World) -> None:
    hall = await open_hall(world)
    message = await hall.send(BAD)
    await world.settle()
    await decide(hall, int(message.message_id), CheckState.PASSED, None)
    await world.settle()
    assert await hall.results(message) == {"advertising": 3}


async def test_a_message_waits_for_its_time(world: World) -> None:
    hall = await open_hall(world)
    message = await hall.send(send_at=MORNING + HALF_AN_HOUR)
    past = await hall.send("立刻", send_at=MORNING - HALF_AN_HOUR)
    await world.settle()
    assert (await hall.report(message)).message.state is MessageState.WAITING
    assert (await hall.report(past)).message.state is MessageState.SENT
    await world.advance(HALF_AN_HOUR)
    assert await hall.titles() == ["新茶", "立刻"]
    with pytest.raises(Invalid, match="time_too_far"):
        await hall.send(send_at=MORNING + timedelta(days=91))


async def test_a_set_message_is_checked_at_once_and_refused_before_its_time(world: World) -> None:
    hall = await open_hall(world)
    message = await hall.send(BAD, send_at=MORNING + HALF_AN_HOUR)
    await world.settle()
    assert (await hall.report(message)).message.state is MessageState.REFUSED
    await world.advance(HALF_AN_HOUR)
    assert await hall.titles() == []


async def test_a_message_of_the_last_evening_counts_for_the_month_in_which_it_goes(
    world: World,
) -> None:
    hall = await open_hall(world)
    late = MORNING + timedelta(days=25)
    for number in range(5):
        await hall.send(f"第{number}条", send_at=late)
    for _ in range(4):
        await hall.send("一月")
    await world.settle()
    assert (await hall.titles()).count("一月") == 4
    await world.advance(timedelta(days=25))
    assert len([one for one in await hall.titles() if one.startswith("第")]) == 4


async def test_a_cancelled_message_gives_its_day_back(world: World) -> None:
    hall = await open_hall(world, kind=ChannelKind.SUBSCRIPTION)
    later = MORNING + HALF_AN_HOUR
    first = await hall.send(send_at=later)
    with pytest.raises(Refusal, match="quota_daily"):
        await hall.send()
    gone = await world.office.run(cancel_message, CancelMessage(**hall.act(first)), world.owner)
    again = await world.office.run(cancel_message, CancelMessage(**hall.act(first)), world.owner)
    assert gone == again
    assert gone.state is MessageState.CANCELLED
    second = await hall.send("另一条")
    await world.advance(HALF_AN_HOUR)
    assert await hall.titles() == ["另一条"]
    with pytest.raises(Refusal, match=r"broadcasts\.begun"):
        await world.office.run(cancel_message, CancelMessage(**hall.act(second)), world.owner)


async def test_what_went_is_taken_back_but_not_what_was_said(world: World) -> None:
    hall = await open_hall(world)
    note = await hall.send()
    text = await hall.send(kind=ContentKind.TEXT, title="", body="说过了")
    waiting = await hall.send(send_at=MORNING + HALF_AN_HOUR)
    await world.settle()
    done = await world.office.run(delete_message, DeleteMessage(**hall.act(note)), world.owner)
    assert done.state is MessageState.DELETED
    assert await hall.titles() == ["说过了"]
    for message, why in ((text, "not_deletable"), (waiting, "not_begun")):
        command = DeleteMessage(**hall.act(message))
        with pytest.raises(Refusal, match=why):
            await world.office.run(delete_message, command, world.owner)
    command = DeleteMessage(merchant_id=world.merchant_id, message_id=MessageId(1))
    with pytest.raises(NotFound, match="message_not_found"):
        await world.office.run(delete_message, command, world.owner)


async def test_what_is_taken_back_on_its_way_is_called_reached_by_nobody(world: World) -> None:
    hall = await open_hall(world)
    message = await hall.send()
    await world.office.run(delete_message, DeleteMessage(**hall.act(message)), world.owner)
    await world.settle()
    assert await hall.results(message) == {"consent_refused": 3}
    # Nobody's quota was spent.
    for number in range(4):
        await hall.send(f"第{number}条")
    await world.settle()
    assert len(await hall.titles()) == 4


async def test_what_a_program_sends_to_all_waits_for_consent(world: World) -> None:
    hall = await open_hall(world)
    change = ChangeOutbox(**hall.own, asks_before_all=True)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(change_outbox, change, program(hall))
    await world.office.run(change_outbox, change, world.owner)
    yes, no, silence = [await hall.send(f"{n}", actor=program(hall)) for n in range(3)]
    named = await hall.send("点名", actor=program(hall), openids=hall.openids[:2])
    own = await hall.send("自己发")
    for message, is_granted in ((yes, True), (no, False)):
        command = AnswerConsent(**hall.act(message), is_granted=is_granted)
        with pytest.raises(Refusal, match=r"access\.forbidden"):
            await world.office.run(answer_consent, command, program(hall))
        await world.office.run(answer_consent, command, world.owner)
        with pytest.raises(Refusal, match="not_asked"):
            await world.office.run(answer_consent, command, world.owner)
    await world.settle()
    assert await hall.results(yes) == {"delivered": 3}
    assert await hall.results(no) == {"consent_refused": 3}
    assert await hall.results(silence) == {}
    assert await hall.results(named) == {"delivered": 2}
    assert await hall.results(own) == {"delivered": 3}
    await world.advance(HALF_AN_HOUR)
    assert await hall.results(silence) == {"consent_missing": 3}


async def test_a_tag_chooses_whom_it_goes_to(world: World) -> None:
    hall = await open_hall(world)
    tag = await world.office.run(create_tag, CreateTag(**hall.own, name="熟客"), world.owner)
    command = TagFollowers(**hall.own, tag_id=tag.tag_id, openids=hall.openids[1:])
    await world.office.run(tag_followers, command, world.owner)
    for chosen, count in ((None, 3), (tag.tag_id, 2)):
        query = CountAudience(**hall.own, tag_id=chosen)
        assert (await world.office.run(count_audience, query, world.owner)).count == count
    message = await hall.send(tag_id=tag.tag_id)
    assert message.audience is Audience.TAG
    await world.settle()
    assert await hall.results(message) == {"delivered": 2}
    assert [len(await hall.titles(one)) for one in range(3)] == [0, 1, 1]
    with pytest.raises(NotFound, match="no_such_tag"):
        await hall.send(tag_id=4711)
    with pytest.raises(Invalid, match="one_audience"):
        await hall.send(tag_id=tag.tag_id, openids=hall.openids)


async def test_a_slow_account_pauses_between_parts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "PART_MAX", 2)
    hall = await open_hall(world, 5)
    await world.office.run(change_outbox, ChangeOutbox(**hall.own, speed=4), world.owner)
    message = await hall.send()
    assert compute_due(MORNING, 4, 100_000) == MORNING + timedelta(minutes=1)
    assert compute_due(MORNING, 0, 100_000) == MORNING
    await world.advance(timedelta(minutes=1))
    assert await hall.results(message) == {"delivered": 5}


async def test_the_server_is_told_why_nobody_was_reached(world: World) -> None:
    hall = await open_hall(world)
    told: list[dict[str, object]] = []

    async def note(_work: object, _channel: Channel, *_rest: object) -> None:
        kind, fields = _rest[-2:]
        assert kind is PushKind.MASS_SENT
        assert isinstance(fields, dict)
        told.append(fields)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tell, "note_push", note)
        refused = await hall.send(BAD)
        sent = await hall.send()
        await world.settle()
    by_number = {one["msg_id"]: one for one in told}
    assert by_number[refused.number]["status"] == "err(10001)"
    assert by_number[refused.number]["total_count"] == 3
    assert by_number[refused.number]["sent_count"] == 0
    assert by_number[sent.number]["status"] == "send success"
    assert by_number[sent.number]["copyright_check_result"] == {
        "count": 0,
        "result_list": [],
        "check_state": 0,
    }


async def test_who_may_not_send_by_then_sends_nothing(world: World) -> None:
    hall = await open_hall(world)
    message = await hall.send(send_at=MORNING + HALF_AN_HOUR)
    punish = GivePenalty(
        channel_id=hall.channel.channel_id,
        kind=PenaltyKind.SENDING_STOPPED,
        days=7,
        reason="advertising",
    )
    await world.office.run(give_penalty, punish, SYSTEM)
    await world.advance(HALF_AN_HOUR)
    report = await hall.report(message)
    assert report.message.state is MessageState.REFUSED
    assert await hall.results(message) == {"other": 3}
    assert await hall.titles() == []
