"""Lets voices be heard that people send, and says what was heard to whom they talk to."""

from datetime import timedelta

from banyan.books.work import Work
from banyan.parties.people import find_people
from banyan.reach.channels import Channel
from banyan.reach.media import MediaKind, find_items
from banyan.reach.platforms import OptionName, read_option_of
from banyan.reach.pushes import release_push
from banyan.reach.talks import store
from banyan.reach.talks.records import TalkRow
from banyan.reach.talks.rules import cut_heard, cut_last
from banyan.reach.talks.types import ContentKind, TalkMessage
from banyan.reach.voices import SPOKEN, Hearing, hear_talk

HELD = timedelta(seconds=4)
"""How long an account's server waits for what was heard; then it is told without."""


async def hears_words(work: Work, channel: Channel) -> bool:
    """Whether the account wants to know what voices say."""
    option = OptionName.VOICE_RECOGNIZE
    return bool(await read_option_of(work.db, channel.channel_id, option))


async def begin_hearing(work: Work, channel: Channel, talk: TalkRow, message: TalkMessage) -> bool:
    """Have a voice heard, in the language of the person; False if nobody hears it.

    That is so when its words are known already, and when the account has no such file.
    """
    content = message.content
    if content.kind is not ContentKind.VOICE or content.text:
        return False
    if not await hears_words(work, channel):
        return False
    found = await find_items(work.db, channel.channel_id, [content.media_id], work.now)
    item = found.get(content.media_id)
    if item is None or item.kind is not MediaKind.VOICE:
        return False
    (person,) = (await find_people(work.db, [talk.person_id])).values()
    name = f"{talk.person_id}-{int(message.message_id)}"
    return await hear_talk(work, channel, name, SPOKEN[person.language], item.file)


async def take_heard(work: Work, hearing: Hearing) -> None:
    """Write beside a voice what was heard, and tell the account's server if it still waits."""
    person_id, message_id = (int(one) for one in hearing.voice_id.split("-"))
    channel_id = int(hearing.channel_id)
    heard = cut_heard(hearing.heard)
    # In the same order as when what the server answers is taken down.
    await release_push(work, channel_id, person_id, message_id, {"recognition": heard})
    if heard:
        await store.set_heard(work.db, channel_id, person_id, message_id, heard, cut_last(heard))
