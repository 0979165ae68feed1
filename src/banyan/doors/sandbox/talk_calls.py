"""The sandbox plays people who talk to official accounts, tap menus and tell where they are."""

from __future__ import annotations

import base64
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.ids import NONE, Id
from banyan.books.actor import SYSTEM, Actor
from banyan.doors.sandbox.calls import Empty, call, meet
from banyan.doors.sandbox.channel_calls import Appid, find_channel
from banyan.doors.sandbox.ports import Playground
from banyan.parties.merchants import MerchantId
from banyan.parties.people import PersonId
from banyan.reach.channels import Channel, TapMenu, tap_menu
from banyan.reach.media import AddMedia, MediaKind, add_media
from banyan.reach.talks import (
    ASKING,
    PICTURES_MAX,
    AgentId,
    AnswerInvitation,
    Article,
    Choice,
    ChosenPlace,
    CodeKind,
    Content,
    ContentKind,
    ListAgents,
    Origin,
    ReadMyTalk,
    ReportPlace,
    Say,
    ScannedCode,
    TalkMessage,
    UseButton,
    answer_invitation,
    list_agents,
    read_my_talk,
    report_place,
    say,
    use_button,
)

_answers_max = 20
_text = Annotated[str, msgspec.Meta(max_length=2_048)]
_file = Annotated[str, msgspec.Meta(max_length=14_000_000)]


class SayKind(StrEnum):
    """What a person can say."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    SHORTVIDEO = "shortvideo"
    LOCATION = "location"
    LINK = "link"
    MINIPROGRAMPAGE = "miniprogrampage"


class SayWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person says something to an account; which fields count depends on the kind."""

    person: PersonId
    appid: Appid
    kind: SayKind
    content: _text = ""
    """Of a text."""
    choice_id: _text = ""
    """Of a text that answers a menu of answers: the answer's id."""
    media_id: _text = ""
    file_base64: _file = ""
    """Of a picture, voice or film instead of a media id: the file, which the account can load."""
    thumb_media_id: _text = ""
    pic_url: _text = ""
    format: _text = ""
    recognition: _text = ""
    """Of a voice: what was heard. Empty: its file is heard, in the language of the person."""
    latitude: float = 0.0
    longitude: float = 0.0
    scale: int = 15
    label: _text = ""
    title: _text = ""
    description: _text = ""
    url: _text = ""
    page_appid: _text = ""
    page_path: _text = ""


class TapButton(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person taps a button of an account's menu: by its key, or by where it leads.

    Of a button that asks for something: what they send. Without it they change their mind.
    """

    person: PersonId
    appid: Appid
    key: _text | None = None
    menu_url: _text | None = None
    scan_result: _text = ""
    """What the code says that they scan."""
    scan_type: CodeKind = CodeKind.QRCODE
    pictures_base64: Annotated[list[_file], msgspec.Meta(max_length=PICTURES_MAX)] = []
    """The pictures that they take or choose."""
    place: ChosenPlace | None = None
    """The place that they choose."""


class TellPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's phone tells an account where it is."""

    person: PersonId
    appid: Appid
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    precision: Annotated[float, msgspec.Meta(ge=0, le=100_000)] = 0.0


class AnswerDesk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person accepts to be an agent of an account, or refuses."""

    person: PersonId
    appid: Appid
    kf_account: _text
    is_accepted: bool = True


class Heard(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an account says to a person; which fields are there depends on the kind."""

    msg_id: Id
    kind: ContentKind
    origin: Origin
    """`rule`: the account by itself; `reply`: its server; `service`: a customer message."""
    at: datetime
    content: str = ""
    """A text; the head of a menu of answers."""
    tail: str = ""
    media_id: str = ""
    thumb_media_id: str = ""
    title: str = ""
    description: str = ""
    url: str = ""
    hq_url: str = ""
    pic_url: str = ""
    appid: str = ""
    page_path: str = ""
    card_id: str = ""
    article_id: str = ""
    articles: list[Article] = []
    choices: list[Choice] = []


class Told(msgspec.Struct, frozen=True):
    """The number of what was said, and what the account answered at once."""

    msg_id: Id
    replies: list[Heard]


class Clicked(msgspec.Struct, frozen=True):
    """What the account answered to the tap at once."""

    replies: list[Heard]


@call
async def say_words(playground: Playground, command: SayWords) -> Told:
    """Say something to an account that one follows, and wait for its server's answer."""
    actor = await meet(playground, command.person)
    channel = await find_channel(playground, command.appid)
    content = _content(command)
    if command.file_base64:
        content = await _with_file(playground, channel, command, content)
    saying = Say(channel_id=channel.channel_id, content=content)
    said = await playground.office.run(say, saying, actor)
    after = int(said.message.message_id)
    replies = await _hear(playground, channel, actor, after)
    return Told(Id(after), replies)


@call
async def tap_button(playground: Playground, command: TapButton) -> Clicked:
    """Tap a button of the menu, and wait for the answer of the account's server."""
    key = command.key or command.menu_url
    if not key:
        raise Invalid("request.malformed", reason="neither key nor menu_url")
    actor = await meet(playground, command.person)
    channel = await find_channel(playground, command.appid)
    query = ReadMyTalk(channel_id=channel.channel_id, limit=1)
    before = (await playground.office.run(read_my_talk, query, actor)).items
    after = int(before[0].entry_id) if before else int(NONE)
    tapping = TapMenu(channel_id=channel.channel_id, key=key)
    tapped = await playground.office.run(tap_menu, tapping, actor)
    if tapped.kind in ASKING and (command.scan_result or command.pictures_base64 or command.place):
        code = ScannedCode(text=command.scan_result, kind=command.scan_type)
        using = UseButton(
            channel_id=channel.channel_id,
            key=key,
            code=code if command.scan_result else None,
            pictures=[_decode(one) for one in command.pictures_base64],
            place=command.place,
        )
        await playground.office.run(use_button, using, actor)
    return Clicked(await _hear(playground, channel, actor, after))


@call
async def tell_place(playground: Playground, command: TellPlace) -> Empty:
    """Let an account know where one is."""
    actor = await meet(playground, command.person)
    channel = await find_channel(playground, command.appid)
    report = ReportPlace(
        channel_id=channel.channel_id,
        latitude=command.latitude,
        longitude=command.longitude,
        precision=command.precision,
    )
    await playground.office.run(report_place, report, actor)
    await playground.deliver(int(channel.channel_id), actor.person_id)
    return Empty()


@call
async def answer_desk(playground: Playground, command: AnswerDesk) -> Empty:
    """Answer the invitation to be an agent."""
    actor = await meet(playground, command.person)
    channel = await find_channel(playground, command.appid)
    merchant_id = MerchantId(channel.merchant_id)
    query = ListAgents(merchant_id=merchant_id, channel_id=channel.channel_id)
    agents = (await playground.office.run(list_agents, query, SYSTEM)).items
    agent_id = next(
        (one.agent.agent_id for one in agents if one.agent.handle == command.kf_account),
        AgentId(NONE),
    )
    answer = AnswerInvitation(
        channel_id=channel.channel_id, agent_id=agent_id, is_accepted=command.is_accepted
    )
    await playground.office.run(answer_invitation, answer, actor)
    return Empty()


def heard(message: TalkMessage) -> Heard:
    """A message in the words of the sandbox."""
    content = message.content
    return Heard(
        msg_id=Id(message.message_id),
        kind=content.kind,
        origin=message.origin,
        at=message.sent_at,
        content=content.text,
        tail=content.tail,
        media_id=content.media_id,
        thumb_media_id=content.thumb_media_id,
        title=content.title,
        description=content.description,
        url=content.url,
        hq_url=content.hq_url,
        pic_url=content.picture_url,
        appid=content.appid,
        page_path=content.pagepath,
        card_id=content.card_id,
        article_id=content.article_id,
        articles=content.articles,
        choices=content.choices,
    )


async def _with_file(
    playground: Playground, channel: Channel, command: SayWords, content: Content
) -> Content:
    """The message with its file among the account's media, as WeChat keeps it for three days."""
    file = _decode(command.file_base64)
    try:
        kind = MediaKind(command.kind.value)
    except ValueError:
        raise Invalid("request.malformed", reason="no file of this kind in base64") from None
    adding = AddMedia(
        merchant_id=MerchantId(channel.merchant_id),
        channel_id=channel.channel_id,
        kind=kind,
        content=file,
    )
    item = await playground.office.run(add_media, adding, SYSTEM)
    return msgspec.structs.replace(
        content,
        media_id=item.media_id,
        file=item.file,
        format=content.format or (item.file.rpartition(".")[2] if kind is MediaKind.VOICE else ""),
        picture_url=content.picture_url or f"{playground.public_url}/files/{item.file}",
    )


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Invalid("request.malformed", reason="no file in base64") from None


async def _hear(playground: Playground, channel: Channel, actor: Actor, after: int) -> list[Heard]:
    await playground.deliver(int(channel.channel_id), actor.person_id)
    query = ReadMyTalk(channel_id=channel.channel_id, limit=_answers_max)
    found = (await playground.office.run(read_my_talk, query, actor)).items
    answers = [
        one.message
        for one in reversed(found)
        if one.message is not None
        and one.entry_id > after
        and one.message.origin in {Origin.RULE, Origin.REPLY}
    ]
    return [heard(one) for one in answers]


def _content(command: SayWords) -> Content:
    is_voice = command.kind is SayKind.VOICE
    content = Content(
        kind=ContentKind(command.kind.value),
        text=command.recognition if is_voice else command.content,
        choice_id=command.choice_id,
        media_id=command.media_id,
        thumb_media_id=command.thumb_media_id,
        picture_url=command.pic_url,
        format=command.format,
        latitude=command.latitude,
        longitude=command.longitude,
        scale=command.scale,
        label=command.label,
        title=command.title,
        description=command.description,
        url=command.url,
        appid=command.page_appid,
        pagepath=command.page_path,
    )
    if command.kind is not SayKind.LOCATION:
        return msgspec.structs.replace(content, scale=0)
    return content
