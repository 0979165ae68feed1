"""Who may name an account's server, what it must be, and what becomes of old pushes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.base.json import decode, encode
from banyan.books.actor import SYSTEM, Actor
from banyan.books.work import Operation
from banyan.parties.audit import ListAudit, list_audit
from banyan.parties.merchants import MerchantId
from banyan.parties.staff import Role
from banyan.reach.blocks import block_people
from banyan.reach.channels import Channel, Follow, ensure_openids, follow
from banyan.reach.pushes import (
    FinishCheck,
    ListPushes,
    Outcome,
    PushKind,
    PushMode,
    ReadServer,
    RemoveServer,
    ReplayPush,
    Server,
    ServerState,
    SetServer,
    TakePushes,
    finish_check,
    list_pushes,
    note_push,
    read_server,
    remove_server,
    replay_push,
    set_server,
    take_pushes,
)
from tests.kit import loyalty
from tests.kit.receiver import AES_KEY, TOKEN, open_line
from tests.kit.world import World


@pytest.fixture
async def channel(world: World) -> Channel:
    await world.merchant()
    return await loyalty.open_channel(world)


def named(channel: Channel, **changes: Any) -> SetServer:  # noqa: ANN401 - any field
    fields: dict[str, Any] = {
        "merchant_id": MerchantId(channel.merchant_id),
        "channel_id": channel.channel_id,
        "url": "https://tea.example/wechat?a=1",
        "token": TOKEN,
        "aes_key": AES_KEY,
        "mode": PushMode.SAFE,
    }
    return SetServer(**(fields | changes))


async def read(world: World, channel: Channel) -> ServerState:
    query = ReadServer(merchant_id=MerchantId(channel.merchant_id), channel_id=channel.channel_id)
    return await world.office.run(read_server, query, world.owner)


async def echo(world: World, outcome: Outcome = Outcome.ACKNOWLEDGED) -> list[int]:
    """Let all candidates be taken and answer so; return which they were."""
    now = world.now
    taking = TakePushes(at=now, until=now + timedelta(seconds=20), each_max=9, limit=9)
    taken = (await world.office.run(take_pushes, taking, SYSTEM)).candidates
    for one in taken:
        command = FinishCheck(
            channel_id=int(one.server.channel_id), candidate_id=one.candidate_id, outcome=outcome
        )
        await world.office.run(finish_check, command, SYSTEM)
    return [one.candidate_id for one in taken]


async def test_a_server_serves_once_it_has_echoed(world: World, channel: Channel) -> None:
    mark = await world.mark()
    asked = await world.office.run(set_server, named(channel), world.owner)
    assert (asked.server, asked.outcome) == (None, None)
    assert asked.candidate is not None
    assert await world.events(mark) == []
    assert len(await echo(world)) == 1
    state = await read(world, channel)
    assert isinstance(state.server, Server)
    assert (state.server.url, state.server.mode) == (asked.candidate.url, PushMode.SAFE)
    assert state.candidate is None
    assert await world.events(mark) == ["pushes.server_set"]
    shown = encode(state).decode()
    assert TOKEN not in shown
    assert AES_KEY not in shown


async def test_one_that_does_not_echo_leaves_the_one_before(world: World, channel: Channel) -> None:
    await world.office.run(set_server, named(channel), world.owner)
    await echo(world)
    other = named(channel, url="https://other.example/")
    await world.office.run(set_server, other, world.owner)
    await echo(world, Outcome.TIMED_OUT)
    state = await read(world, channel)
    assert state.server is not None
    assert state.server.url == "https://tea.example/wechat?a=1"
    assert state.outcome is Outcome.TIMED_OUT
    assert await echo(world) == [], "it is not asked again by itself"
    await world.office.run(set_server, other, world.owner)
    assert (await read(world, channel)).outcome is None
    await echo(world)
    state = await read(world, channel)
    assert state.server is not None
    assert state.server.url == "https://other.example/"


async def test_the_answer_of_an_earlier_candidate_does_not_count(
    world: World, channel: Channel
) -> None:
    await world.office.run(set_server, named(channel), world.owner)
    now = world.now
    taking = TakePushes(at=now, until=now + timedelta(seconds=20), each_max=9, limit=9)
    (earlier,) = (await world.office.run(take_pushes, taking, SYSTEM)).candidates
    assert earlier.secrets.token.reveal() == TOKEN
    await world.office.run(set_server, named(channel, url="https://b.example/"), world.owner)
    late = FinishCheck(
        channel_id=int(channel.channel_id),
        candidate_id=earlier.candidate_id,
        outcome=Outcome.ACKNOWLEDGED,
    )
    await world.office.run(finish_check, late, SYSTEM)
    assert (await read(world, channel)).server is None


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "ftp://tea.example/"},
        {"url": "tea.example"},
        {"url": "https://tea.example/ x"},
        {"url": "https://茶.example/"},
        {"url": "https://tea.example/\n"},
        {"url": "https://tea.example/" + "x" * 1_000},
        {"token": "ab"},
        {"token": "a" * 33},
        {"token": "a-b-c"},
        {"aes_key": "k" * 42},
        {"aes_key": "k" * 42 + "+"},
        {"mode": "open"},
    ],
)
def test_what_is_no_server_is_malformed(changes: dict[str, str]) -> None:
    fields = {
        "merchant_id": "1",
        "channel_id": "1",
        "url": "https://tea.example/",
        "token": TOKEN,
        "aes_key": AES_KEY,
    }
    assert decode(msgspec.json.encode(fields), SetServer)
    with pytest.raises(msgspec.ValidationError):
        decode(msgspec.json.encode(fields | changes), SetServer)


@pytest.mark.parametrize("url", ["https://me:secret@tea.example/", "https://tea.example/#x"])
async def test_an_address_holds_no_password_or_fragment(
    world: World, channel: Channel, url: str
) -> None:
    with pytest.raises(Invalid, match=r"pushes\.url_malformed"):
        await world.office.run(set_server, named(channel, url=url), world.owner)


async def test_only_the_merchant_s_own_people_see_and_change_it(
    world: World, channel: Channel
) -> None:
    other_id = await world.merchant("Other", owner="wu")
    await world.staff("hao", Role.CASHIER)
    stranger, cashier = await world.person("chen"), world.as_person("hao")
    own: dict[str, Any] = {
        "merchant_id": MerchantId(channel.merchant_id),
        "channel_id": channel.channel_id,
    }
    calls: list[tuple[Operation[Any, Any], Any]] = [
        (set_server, named(channel)),
        (remove_server, RemoveServer(**own)),
        (read_server, ReadServer(**own)),
        (list_pushes, ListPushes(**own)),
    ]

    async def code_of(operation: Operation[Any, Any], command: Any, actor: Actor) -> str:  # noqa: ANN401
        with pytest.raises(Failure) as caught:
            await world.office.run(operation, command, actor)
        return caught.value.code

    for operation, command in calls:
        assert await code_of(operation, command, stranger) == "merchants.not_found"
        assert await code_of(operation, command, cashier) == "access.forbidden"
        foreign = msgspec.structs.replace(command, merchant_id=other_id)
        assert await code_of(operation, foreign, world.as_person("wu")) == "channels.not_found"
    assert (await read(world, channel)).candidate is None


async def test_changes_are_noted_in_the_audit_without_secrets(
    world: World, channel: Channel
) -> None:
    await world.office.run(set_server, named(channel), world.owner)
    await echo(world)
    own: dict[str, Any] = {
        "merchant_id": MerchantId(channel.merchant_id),
        "channel_id": channel.channel_id,
    }
    await world.office.run(remove_server, RemoveServer(**own), world.owner)
    query = ListAudit(merchant_id=world.merchant_id)
    entries = (await world.office.run(list_audit, query, world.owner)).items
    found = [one for one in entries if one.subject == "pushes.server"]
    assert [(one.before is None, one.after is None) for one in found] == [
        (False, True),
        (True, False),
    ]
    assert AES_KEY not in encode(entries).decode()


async def test_nothing_is_noted_without_a_server_or_of_the_blocked(world: World) -> None:
    actor = await world.person("lin")
    person_id = int(actor.person_id)
    async with open_line(world) as line:
        channel = line.channel
        other = await loyalty.open_channel(world, name="Other")
        await world.office.run(follow, Follow(channel_id=other.channel_id), actor)
        async with world.office.begin(SYSTEM) as work:
            openids = await ensure_openids(work, channel.channel_id, [person_id])
            openid = openids[person_id]
            nothing = await note_push(work, other, person_id, openid, PushKind.TEXT, {})
            something = await note_push(work, channel, person_id, openid, PushKind.TEXT, {})
            await block_people(
                work, int(channel.merchant_id), int(channel.channel_id), {openid: person_id}
            )
            blocked = await note_push(work, channel, person_id, openid, PushKind.TEXT, {})
            own = await note_push(work, channel, 0, "", PushKind.MASS_SENT, {"msg_id": 1})
        assert (nothing, blocked) == (None, None)
        assert [one.push_id for one in await line.pushes()] == [something, own]
        await line.deliver()
        assert [one.type for one in line.receiver.messages] == ["text", "event"]
        assert "openid" not in line.receiver.queries[1]


async def test_old_pushes_are_forgotten_and_listed_until_then(world: World) -> None:
    person_id = int((await world.person("lin")).person_id)
    async with open_line(world) as line:
        for number in range(5):
            async with world.office.begin(SYSTEM) as work:
                openids = await ensure_openids(work, line.channel.channel_id, [person_id])
                fields = {"content": str(number)}
                await note_push(
                    work, line.channel, person_id, openids[person_id], PushKind.TEXT, fields
                )
        await line.deliver()
        own: dict[str, Any] = {
            "merchant_id": MerchantId(line.channel.merchant_id),
            "channel_id": line.channel.channel_id,
        }
        page = await world.office.run(list_pushes, ListPushes(**own, limit=3), world.owner)
        assert [one.fields["content"] for one in page.items] == ["4", "3", "2"]
        query = ListPushes(**own, limit=3, cursor=page.next_cursor)
        rest = await world.office.run(list_pushes, query, world.owner)
        assert [one.fields["content"] for one in rest.items] == ["1", "0"]
        assert rest.next_cursor is None
        await world.advance(timedelta(days=6))
        assert len(await line.pushes()) == 5
        await world.advance(timedelta(days=2))
        assert await line.pushes() == []


async def test_what_cannot_be_told_again(world: World) -> None:
    person_id = int((await world.person("lin")).person_id)
    async with open_line(world) as line:
        async with world.office.begin(SYSTEM) as work:
            openids = await ensure_openids(work, line.channel.channel_id, [person_id])
            push_id = await note_push(
                work, line.channel, person_id, openids[person_id], PushKind.TEXT, {"content": "x"}
            )
        assert push_id is not None
        own: dict[str, Any] = {
            "merchant_id": MerchantId(line.channel.merchant_id),
            "channel_id": line.channel.channel_id,
        }
        again = ReplayPush(**own, push_id=push_id)
        with pytest.raises(Refusal, match=r"pushes\.under_way"):
            await world.office.run(replay_push, again, world.owner)
        await line.deliver()
        await world.office.run(remove_server, RemoveServer(**own), world.owner)
        with pytest.raises(Refusal, match=r"pushes\.no_server"):
            await world.office.run(replay_push, again, world.owner)
        unknown = msgspec.structs.replace(again, push_id=type(push_id)(1))
        with pytest.raises(NotFound, match=r"pushes\.not_found"):
            await world.office.run(replay_push, unknown, world.owner)
