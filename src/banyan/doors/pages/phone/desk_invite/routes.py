"""An account asks a person to be one of its agents; here they answer."""

from __future__ import annotations

from banyan.base.errors import Failure
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId
from banyan.reach.talks import (
    AgentId,
    AnswerInvitation,
    ReadInvitation,
    answer_invitation,
    read_invitation,
)


async def show_invitation(ask: Ask) -> Answer:
    """Who asks, and as whom one would answer."""
    channel_id, agent_id = ask.id("channel_id", ChannelId), ask.id("agent_id", AgentId)
    query = ReadInvitation(channel_id=channel_id, agent_id=agent_id)
    invited = await ask.run(read_invitation, query)
    frame = await frame_of(ask, has_unread=False)
    back = f"/inbox/{channel_id:d}"
    return show(ask, "desk_invite/page.html", frame, invited=invited, path=ask.path, back=back)


async def answer(ask: Ask) -> Answer:
    """Accept, or not."""
    channel_id, agent_id = ask.id("channel_id", ChannelId), ask.id("agent_id", AgentId)
    command = AnswerInvitation(
        channel_id=channel_id, agent_id=agent_id, is_accepted=ask.form.text("answer") == "yes"
    )
    here = f"/desk-invitations/{channel_id:d}/{agent_id:d}"
    try:
        await ask.run(answer_invitation, command, key=ask.form.key)
    except Failure as failure:
        if failure.code == "sessions.required" or failure.code.endswith(("found", "invitation")):
            raise
        return ask.go(here, "; ".join(ask.mistakes(failure).values()), kind="warning")
    return ask.go(here, mark("Done."))


_one = "/desk-invitations/{channel_id}/{agent_id}"
ROUTES = (
    PageRoute("GET", _one, show_invitation),
    PageRoute("POST", _one, answer),
)
