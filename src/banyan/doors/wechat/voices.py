"""Voice to text."""

from __future__ import annotations

import asyncio

import msgspec

from banyan.doors.wechat.endpoint import Wire, endpoint, lacking
from banyan.doors.wechat.errors import BUSY, WireError
from banyan.doors.wechat.media import sized
from banyan.reach.media import MediaKind
from banyan.reach.voices import (
    AskHearing,
    Hearing,
    HearingState,
    ReadHearing,
    ask_hearing,
    read_hearing,
)

WAIT_S = 5.0
"""How long a call waits for what is being heard."""
HEARINGS_MAX = 1_000
_look_s = 0.2
_bytes_max = 1 << 20
_formats = frozenset({"", "mp3", "amr", "wav"})
_unreadable = WireError(40005, "invalid file type")


class VoiceQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A voice, what it is called, and in what is spoken."""

    format: str = ""
    voice_id: str = ""
    lang: str = ""


@lacking("Chinese, until the operator gives a model of it")
@endpoint(
    "POST",
    "/cgi-bin/media/voice/addvoicetorecofortext",
    daily_max=HEARINGS_MAX,
    takes_file=True,
)
async def add_voice(wire: Wire, query: VoiceQuery) -> None:
    """Have a voice heard: in Chinese where the operator gave a model, in English always."""
    if query.format.lower() not in _formats:
        raise _unreadable
    content = wire.upload.take().content
    command = wire.command(AskHearing, **_named(query), content=content[: _bytes_max + 1])
    with sized(MediaKind.VOICE):
        await wire.run(ask_hearing, command)


@endpoint(
    "POST",
    "/cgi-bin/media/voice/queryrecoresultfortext",
    is_said_ok=False,
    takes_file=True,
)
async def read_heard(wire: Wire, query: VoiceQuery) -> dict[str, object]:
    """What was heard in a voice, or is being heard."""
    hearing = await _await_heard(wire, wire.command(ReadHearing, **_named(query)))
    if hearing.state is HearingState.UNREADABLE:
        raise _unreadable
    if hearing.state is not HearingState.HEARD:
        raise BUSY
    return {"result": hearing.heard}


async def _await_heard(wire: Wire, command: ReadHearing) -> Hearing:
    loop = asyncio.get_running_loop()
    until = loop.time() + WAIT_S
    while True:
        hearing = await wire.run(read_hearing, command)
        if hearing.state is not HearingState.WAITING or loop.time() >= until:
            return hearing
        await asyncio.sleep(_look_s)


def _named(query: VoiceQuery) -> dict[str, object]:
    return {"voice_id": query.voice_id, "language": query.lang or "zh_CN"}
