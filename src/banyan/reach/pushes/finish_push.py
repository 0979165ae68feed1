"""Takes down what became of a try, and passes the reply on to the person."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.errors import Failure
from banyan.books.work import Call, Permission, Work, plural
from banyan.reach.channels import access_channel
from banyan.reach.pushes import store
from banyan.reach.pushes.kinds import may_answer
from banyan.reach.pushes.ports import PORTS
from banyan.reach.pushes.records import NewAttempt, NewState, Taken
from banyan.reach.pushes.rules import compute_due, decide_state, trim_reply
from banyan.reach.pushes.types import Outcome, PushFinished, PushState, Reply


class FinishPush(msgspec.Struct, frozen=True, kw_only=True):
    """An account's server was told, or could not be."""

    channel_id: int
    push_id: int
    number: int
    url: str
    at: datetime
    """When the try began, by the real clock."""
    outcome: Outcome
    status: int
    took_ms: int
    reply: Reply | None = None


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """How far the push is now."""

    state: PushState


@plural(permission=Permission.SYSTEM, batch_max=100)
async def finish_push(
    work: Work, calls: Sequence[Call[FinishPush]]
) -> Sequence[Finished | Failure]:
    """Note each try; end the push, or let it be tried again.

    Who comes late, when the push is at another try already, ends it all the same if the server took
    it. What has ended stays as it is.
    """
    commands = [call.command for call in calls]
    keys = sorted({(one.channel_id, one.push_id) for one in commands})
    pushes = await store.lock_pushes(work.db, keys)
    known = [one for one in commands if (one.channel_id, one.push_id) in pushes]
    await store.insert_attempts(work.db, [_attempt(one) for one in known])
    states = {key: taken.push.state for key, taken in pushes.items()}
    changed: dict[tuple[int, int], NewState] = {}
    # People in the same order everywhere: what their replies lock, others lock as well.
    for place in sorted(range(len(calls)), key=lambda place: _order(pushes, commands[place])):
        command = commands[place]
        key = (command.channel_id, command.push_id)
        if states.get(key) is not PushState.WAITING:
            continue
        after = _decide(work, command, pushes[key])
        if after is None:
            continue
        changed[key] = after
        states[key] = after.state
        if after.state is not PushState.WAITING:
            await _conclude(work, command, pushes[key], place if work.calls else 0)
    if changed:
        await store.set_states(work.db, list(changed.values()))
    return [
        Finished(state=states.get((one.channel_id, one.push_id), PushState.FAILED))
        for one in commands
    ]


def _order(pushes: dict[tuple[int, int], Taken], command: FinishPush) -> tuple[int, int, int]:
    taken = pushes.get((command.channel_id, command.push_id))
    person_id = int(taken.push.person_id) if taken else 0
    return command.channel_id, person_id, command.push_id


def _decide(work: Work, command: FinishPush, taken: Taken) -> NewState | None:
    state = decide_state(command.outcome, command.number - taken.tries_before)
    is_late = command.number != taken.number
    if is_late and state is not PushState.ANSWERED:
        return None
    is_over = state is not PushState.WAITING
    return NewState(
        channel_id=command.channel_id,
        push_id=command.push_id,
        state=state,
        due_at=None if is_over else compute_due(command.at, command.took_ms),
        finished_at=work.now if is_over else None,
    )


async def _conclude(work: Work, command: FinishPush, taken: Taken, index: int) -> None:
    push = taken.push
    channel = await access_channel(work.db, push.channel_id)
    work.record(
        PushFinished(
            merchant_id=int(channel.merchant_id),
            person_id=int(push.person_id),
            channel_id=int(push.channel_id),
            subject_id=int(push.push_id),
            push_kind=push.kind,
            outcome=command.outcome,
            tries=command.number,
            took_ms=command.took_ms,
        ),
        index,
    )
    if not push.person_id or not may_answer(push.kind):
        return
    if command.reply is not None:
        await PORTS.taker.take_reply(work, channel, push, trim_reply(push.kind, command.reply))
    elif command.outcome is not Outcome.ACKNOWLEDGED:
        await PORTS.taker.take_trouble(work, channel, push)


def _attempt(command: FinishPush) -> NewAttempt:
    return NewAttempt(
        channel_id=command.channel_id,
        push_id=command.push_id,
        number=command.number,
        url=command.url,
        at=command.at,
        outcome=command.outcome,
        status=command.status,
        took_ms=command.took_ms,
    )
