"""Programs and conversations have voices heard."""

from collections.abc import Mapping

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.media import PORTS as MEDIA
from banyan.reach.media import check_sound
from banyan.reach.voices import store
from banyan.reach.voices.ports import PORTS
from banyan.reach.voices.rules import KEPT, compute_turn
from banyan.reach.voices.types import (
    BELL,
    VOICE_BYTES_MAX,
    WAITING_MAX,
    Hearing,
    HearingState,
    Language,
    Origin,
    VoiceContent,
    VoiceId,
)


class AskHearing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said in this?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    voice_id: VoiceId
    language: Language = "zh_CN"
    content: VoiceContent
    """MP3, AMR or WAV of a minute at most; in JSON as base64."""


class ReadHearing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was heard?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    voice_id: VoiceId
    language: Language = "zh_CN"


@single(permission=Permission.CHANNELS_WRITE)
async def ask_hearing(work: Work, command: AskHearing) -> Hearing:
    """Have a voice heard in a moment; asked again, what was heard stays, unless the sound differs.

    Raises Invalid `media.empty`, `media.too_large`, `media.wrong_type`, `media.too_long`; NotFound
    `channels.not_found`; Refusal `voices.no_model`, `voices.too_many`; Trouble if the file can't be
    kept.
    """
    file = check_sound(command.content, VOICE_BYTES_MAX)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if command.language not in PORTS.languages:
        raise Refusal("voices.no_model", language=command.language)
    waiting = await store.count_waiting(work.db, channel.channel_id)
    if sum(waiting.values()) >= WAITING_MAX:
        raise Refusal("voices.too_many", waiting_max=WAITING_MAX)
    # Before the commit: a file that no account names harms nobody, the reverse would.
    await MEDIA.files.put(file, command.content)
    hearing = _waiting(work, channel, Origin.PROGRAM, command.voice_id, command.language, file)
    return await _ask(work, hearing, waiting)


@reading(permission=Permission.CHANNELS_READ)
async def read_hearing(work: Work, query: ReadHearing) -> Hearing:
    """Return what was heard, and whether it was yet, for a day.

    Raises NotFound `channels.not_found`, `voices.not_found`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await store.find_hearing(
        work.db, channel.channel_id, Origin.PROGRAM, query.voice_id, query.language
    )
    if found is None or found.asked_at + KEPT <= work.now:
        raise NotFound("voices.not_found")
    return found


async def hear_talk(work: Work, channel: Channel, name: str, language: str, file: str) -> bool:
    """Have heard what a person said; the conversation is told through `PORTS`, by that name.

    False if nobody understands the language, or too much waits to be heard.
    """
    if language not in PORTS.languages:
        return False
    waiting = await store.count_waiting(work.db, channel.channel_id)
    if sum(waiting.values()) >= WAITING_MAX:
        return False
    await _ask(work, _waiting(work, channel, Origin.TALK, name, language, file), waiting)
    return True


async def _ask(work: Work, hearing: Hearing, waiting: Mapping[Origin, int]) -> Hearing:
    turn_at = compute_turn(hearing.asked_at, hearing.origin, waiting.get(hearing.origin, 0))
    await store.set_hearing(work.db, hearing, turn_at, work.now - KEPT)
    work.ring(BELL)
    return await store.lock_hearing(work.db, hearing) or hearing


def _waiting(
    work: Work, channel: Channel, origin: Origin, voice_id: str, language: str, file: str
) -> Hearing:
    return Hearing(
        channel_id=channel.channel_id,
        origin=origin,
        voice_id=voice_id,
        language=language,
        file=file,
        state=HearingState.WAITING,
        heard="",
        asked_at=work.now,
    )
