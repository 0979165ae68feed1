"""Tells an account's server who follows it, who leaves it, and which buttons are tapped."""

from typing import Any

from banyan.books.work import Work
from banyan.reach.channels import (
    ButtonKind,
    Channel,
    ChannelFollowed,
    ChannelUnfollowed,
    Happening,
    MenuTapped,
)
from banyan.reach.pushes.kinds import PushKind
from banyan.reach.pushes.note_push import note_push

_of_buttons = {
    ButtonKind.CLICK: PushKind.CLICK,
    ButtonKind.VIEW: PushKind.VIEW,
    ButtonKind.MINIPROGRAM: PushKind.VIEW_MINIPROGRAM,
}
"""Buttons that are told of when tapped; others are when the phone has done what they ask for."""


async def tell_happening(work: Work, channel: Channel, happening: Happening) -> None:
    """Note a push of what has just happened to a channel."""
    told = _describe(happening)
    if told is not None:
        kind, fields = told
        await note_push(work, channel, happening.person_id, happening.openid, kind, fields)


def _describe(happening: Happening) -> tuple[PushKind, dict[str, Any]] | None:
    match happening:
        case ChannelFollowed():
            if not happening.ticket:
                return PushKind.FOLLOWED, {"event_key": ""}
            key = f"qrscene_{happening.scene}"
            return PushKind.FOLLOWED, {"event_key": key, "ticket": happening.ticket}
        case ChannelUnfollowed():
            return PushKind.UNFOLLOWED, {"event_key": ""}
        case MenuTapped():
            kind = _of_buttons.get(happening.button_kind)
            return (kind, {"event_key": happening.key}) if kind else None
