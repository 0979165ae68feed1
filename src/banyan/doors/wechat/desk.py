"""The service desk over the wire: agents, their sessions with people, and records."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.ids import Id
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.endpoint import Wire, endpoint, lacking
from banyan.doors.wechat.errors import WireError
from banyan.reach.media import AddPicture, add_picture
from banyan.reach.talks import (
    AddAgent,
    Agent,
    AttendTalk,
    ChangeAgent,
    CloseTalk,
    InviteAgent,
    InviteState,
    ListAgents,
    ListAttended,
    ListRecords,
    ListWaiting,
    Origin,
    ReadTalk,
    RemoveAgent,
    Talk,
    TalkRecord,
    add_agent,
    attend_talk,
    change_agent,
    close_talk,
    invite_agent,
    list_agents,
    list_attended,
    list_records,
    list_waiting,
    read_talk,
    remove_agent,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_records_max = 10_000
_page_max = 50
_from_agent, _from_person = 2002, 2003
_latest_s = 253_402_300_799  # the last second of the year 9999


class AgentBody(msgspec.Struct, frozen=True, kw_only=True):
    """An agent; the password is of a client that does not exist here."""

    kf_account: str = ""
    nickname: str = ""


class InviteBody(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask to be which agent."""

    kf_account: str = ""
    invite_wx: str = ""


class SessionBody(msgspec.Struct, frozen=True, kw_only=True):
    """An agent and a person."""

    kf_account: str = ""
    openid: str = ""


class RecordsBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/customservice/msgrecord/getmsglist`."""

    starttime: int = 0
    endtime: int = 0
    msgid: int = 1
    number: int = _records_max


class OldRecordsBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/customservice/msgrecord/getrecord`."""

    starttime: int = 0
    endtime: int = 0
    openid: str = ""
    pagesize: int = _page_max
    pageindex: int = 1


@endpoint("POST", "/customservice/kfaccount/add")
async def add(wire: Wire, body: AgentBody) -> None:
    """Add an agent."""
    await wire.run(add_agent, AddAgent(**wire.own, handle=body.kf_account, nickname=body.nickname))


@endpoint("POST", "/customservice/kfaccount/update")
async def update(wire: Wire, body: AgentBody) -> None:
    """Rename an agent."""
    await wire.run(
        change_agent, ChangeAgent(**wire.own, handle=body.kf_account, nickname=body.nickname)
    )


@endpoint("GET POST", "/customservice/kfaccount/del", is_said_ok=True)
async def delete(wire: Wire) -> None:
    """Remove an agent, named in the query."""
    handle = wire.query.get("kf_account", "")
    await wire.run(remove_agent, RemoveAgent(**wire.own, handle=handle))


@endpoint("POST", "/customservice/kfaccount/uploadheadimg")
async def upload_head(wire: Wire) -> None:
    """Give an agent a picture, which comes as a file."""
    handle = wire.query.get("kf_account", "")
    command = wire.command(AddPicture, content=wire.upload.take().content)
    try:
        picture = await wire.run(add_picture, command)
    except Invalid:
        raise WireError(61457, "invalid image type") from None
    await wire.run(change_agent, ChangeAgent(**wire.own, handle=handle, avatar=picture.file))


@lacking("inviting by a WeChat ID: whom the account knows is named by openid")
@endpoint("POST", "/customservice/kfaccount/inviteworker")
async def invite_worker(wire: Wire, body: InviteBody) -> None:
    """Ask a person to be an agent; they answer on their phone within a day."""
    command = wire.command(InviteAgent, handle=body.kf_account, openid=body.invite_wx)
    await wire.run(invite_agent, command)


async def _list(wire: Wire) -> dict[str, object]:
    """All agents."""
    found = await wire.run(list_agents, ListAgents(**wire.own))
    return {
        "kf_list": [
            {
                "kf_account": one.agent.handle,
                "kf_id": str(one.agent.number),
                "kf_nick": one.agent.nickname,
                "kf_headimgurl": (link := _picture(one.agent)),
                "kf_headimg": link,
                **_invitation(wire, one.agent),
            }
            for one in found.items
        ]
    }


async def _list_online(wire: Wire) -> dict[str, object]:
    """The agents on duty, and to how many people each attends."""
    found = await wire.run(list_agents, ListAgents(**wire.own))
    return {
        "kf_online_list": [
            {
                "kf_account": one.agent.handle,
                "kf_id": str(one.agent.number),
                "status": 1,
                "accepted_case": one.talks_count,
            }
            for one in found.items
            if one.agent.is_on_duty
        ]
    }


def _invitation(wire: Wire, agent: Agent) -> dict[str, object]:
    """By whom an agent is answered for, or who was asked to."""
    invitation = agent.invitation
    if invitation is None:
        return {}
    if invitation.state is InviteState.ACCEPTED:
        return {"kf_wx": invitation.openid}
    is_over = invitation.state is InviteState.WAITING and invitation.until <= wire.now()
    return {
        "invite_wx": invitation.openid,
        "invite_expire_time": int(invitation.until.timestamp()),
        "invite_status": (InviteState.EXPIRED if is_over else invitation.state).value,
    }


getkflist = endpoint("GET", "/cgi-bin/customservice/getkflist")(_list)
getkflist_alias = endpoint("GET", "/customservice/getkflist")(_list)
getonlinekflist = endpoint("GET", "/cgi-bin/customservice/getonlinekflist")(_list_online)
getonlinekflist_alias = endpoint("GET", "/customservice/getonlinekflist")(_list_online)


@endpoint("POST", "/customservice/kfsession/create")
async def create_session(wire: Wire, body: SessionBody) -> None:
    """Let an agent attend to a person."""
    with _naming_agents():
        await wire.run(
            attend_talk, AttendTalk(**wire.own, openid=body.openid, handle=body.kf_account)
        )


@endpoint("POST", "/customservice/kfsession/close")
async def close_session(wire: Wire, body: SessionBody) -> None:
    """Let the agent attend no more."""
    with _naming_agents():
        await wire.run(
            close_talk, CloseTalk(**wire.own, openid=body.openid, handle=body.kf_account)
        )


@endpoint("GET", "/customservice/kfsession/getsession", is_said_ok=True)
async def get_session(wire: Wire, query: SessionBody) -> dict[str, object]:
    """Who attends to a person; an empty name for nobody."""
    talk = (await wire.run(read_talk, ReadTalk(**wire.own, openid=query.openid, limit=1))).talk
    found = await wire.run(list_agents, ListAgents(**wire.own))
    handles = {one.agent.agent_id: one.agent.handle for one in found.items}
    return {
        "kf_account": handles.get(talk.agent_id, ""),
        "createtime": _seconds(talk.attended_at),
    }


@endpoint("GET", "/customservice/kfsession/getsessionlist", is_said_ok=True)
async def get_session_list(wire: Wire, query: SessionBody) -> dict[str, object]:
    """To whom an agent attends."""
    with _naming_agents():
        found = await wire.run(list_attended, ListAttended(**wire.own, handle=query.kf_account))
    return {"sessionlist": [_session(one) for one in found.items]}


@endpoint("GET", "/customservice/kfsession/getwaitcase", is_said_ok=True)
async def get_wait_case(wire: Wire) -> dict[str, object]:
    """Who waits for an agent: how many, and the first hundred."""
    found = await wire.run(list_waiting, ListWaiting(**wire.own))
    waiting = [
        {"openid": one.openid, "latest_time": _seconds(one.waits_since)} for one in found.items
    ]
    return {"count": found.count, "waitcaselist": waiting}


@endpoint("POST", "/customservice/msgrecord/getmsglist")
async def get_records(wire: Wire, body: RecordsBody) -> dict[str, object]:
    """What was said while agents attended, after a message, within a day."""
    if not 1 <= body.number <= _records_max:
        raise WireError(65416, "invalid parameter: number")
    query = ListRecords(
        **wire.own,
        since=_instant(body.starttime),
        until=_instant(body.endtime),
        after_id=Id(max(body.msgid, 0)),
        limit=body.number,
    )
    records = await _read(wire, query)
    last = int(records[-1].message.message_id) if records else body.msgid
    return {
        "recordlist": [_record(one) for one in records],
        "number": len(records),
        "msgid": last,
    }


@endpoint("POST", "/customservice/msgrecord/getrecord")
async def get_old_records(wire: Wire, body: OldRecordsBody) -> dict[str, object]:
    """The same in pages, of one person if one is named."""
    if not (1 <= body.pagesize <= _page_max and 1 <= body.pageindex <= _records_max // _page_max):
        raise WireError(65416, "invalid parameter: pagesize or pageindex")
    query = ListRecords(
        **wire.own,
        since=_instant(body.starttime),
        until=_instant(body.endtime),
        openid=body.openid or None,
        limit=body.pagesize * body.pageindex,
    )
    records = await _read(wire, query)
    page = records[body.pagesize * (body.pageindex - 1) :]
    return {"retcode": 0, "recordlist": [_record(one) for one in page]}


async def _read(wire: Wire, query: ListRecords) -> Sequence[TalkRecord]:
    if query.until < query.since:
        raise WireError(65416, "invalid parameter: starttime after endtime")
    try:
        return (await wire.run(list_records, query)).items
    except Invalid as failure:
        if failure.code == "talks.records_span":
            raise WireError(65417, "query time range out of limit") from None
        raise


@contextmanager
def _naming_agents() -> Iterator[None]:
    """Where sessions are concerned, an agent that is none has a code of its own."""
    try:
        yield
    except NotFound as failure:
        if failure.code == "talks.no_such_agent":
            raise WireError(65401, "invalid custom service account") from None
        raise


def _picture(agent: Agent) -> str:
    return ORIGIN.file_link(agent.avatar) if agent.avatar else ""


def _session(talk: Talk) -> dict[str, object]:
    return {"openid": talk.openid, "createtime": _seconds(talk.attended_at)}


def _record(record: TalkRecord) -> dict[str, object]:
    message = record.message
    is_said = message.origin is Origin.SAID
    return {
        "openid": record.openid,
        "opercode": _from_person if is_said else _from_agent,
        "text": message.content.text or message.content.title or f"[{message.content.kind}]",
        "time": _seconds(message.sent_at),
        "worker": record.handle,
    }


def _seconds(at: datetime | None) -> int:
    return int(at.timestamp()) if at is not None else 0


def _instant(seconds: int) -> datetime:
    if not 0 <= seconds <= _latest_s:
        raise WireError(65416, "invalid parameter: time")
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
