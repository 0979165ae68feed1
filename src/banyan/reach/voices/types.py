"""Voices that are to be heard, and how far that is."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.text import END, LINE
from banyan.reach.channels import ChannelId

VOICE_BYTES_MAX = 1 << 20
WAITING_MAX = 20
"""Most voices of an account that wait to be heard."""
BELL = "voices"
"""Rings when there is something to hear."""

VoiceId = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=LINE)]
"""What an account's program calls a voice."""
Language = Annotated[str, msgspec.Meta(max_length=20, pattern=rf"^[a-z]{{2,3}}_[A-Z]{{2}}{END}")]
"""In what somebody speaks, such as `zh_CN`."""
VoiceContent = Annotated[bytes, msgspec.Meta(max_length=VOICE_BYTES_MAX + 1)]


class Origin(StrEnum):
    """Where a voice comes from. Stored: never renamed."""

    PROGRAM = "program"
    """The account's program sent it."""
    TALK = "talk"
    """A person said it to the account."""


class HearingState(StrEnum):
    """How far a voice is heard. Stored: never renamed."""

    WAITING = "waiting"
    HEARD = "heard"
    UNREADABLE = "unreadable"
    """It is no sound."""
    UNHEARD = "unheard"
    """Nobody managed to hear it in time."""


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """A voice, and what was heard."""

    channel_id: ChannelId
    origin: Origin
    voice_id: str
    language: str
    file: str
    state: HearingState
    heard: str
    """Empty as well where nobody speaks."""
    asked_at: datetime
