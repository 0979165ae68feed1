"""Which messages make sense, which the account may send, and what its rules answer."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.reach.channels import ChannelKind
from banyan.reach.talks.types import Content, ContentKind, ReplyMode, Rule, RuleKind

SAID_LIFE = timedelta(hours=48)
SAID_MAX = 5
"""Messages that an account may send within 48 hours of what a person said last."""
ACTED_LIFE = timedelta(minutes=1)
ACTED_MAX = 3
"""Messages that an account may send within a minute of a tap, a scan or a new follower."""
ENTERED_MAX = 2
"""Messages that a mini program may send within a minute of somebody's coming to talk."""
PAID_LIFE = timedelta(hours=48)
TEXT_BYTES_MAX = 2_048
LAST_TEXT_MAX = 60
FILES_LIFE = timedelta(hours=24)
FILES_MAX = 50
"""Files that a person may send an account within 24 hours."""
TYPING_LIFE = timedelta(seconds=15)
TYPING_AFTER = timedelta(seconds=30)
"""How long after a person spoke the account may show that it types."""

SAYABLE = frozenset(
    {
        ContentKind.TEXT,
        ContentKind.IMAGE,
        ContentKind.VOICE,
        ContentKind.VIDEO,
        ContentKind.SHORTVIDEO,
        ContentKind.LOCATION,
        ContentKind.LINK,
        ContentKind.MINIPROGRAMPAGE,
    }
)
"""What people can say."""
SENDABLE = frozenset(ContentKind) - {ContentKind.SHORTVIDEO, ContentKind.LOCATION}
"""What accounts can."""

HANDLE_MAX = 10
"""Most characters before the `@` of an agent's handle."""
NICKNAME_MAX = 16

_prefix = re.compile(r"[A-Za-z0-9_]+")
_account = re.compile(r"[A-Za-z0-9_-]{1,60}")
_media = ("media_id", "talks.media_missing")
_needs: dict[ContentKind, tuple[tuple[str, str], ...]] = {
    ContentKind.TEXT: (("text", "talks.text_missing"),),
    ContentKind.IMAGE: (_media,),
    ContentKind.VOICE: (_media,),
    ContentKind.VIDEO: (_media,),
    ContentKind.SHORTVIDEO: (_media,),
    ContentKind.LOCATION: (),
    ContentKind.LINK: (("title", "talks.title_missing"), ("url", "talks.url_missing")),
    ContentKind.MUSIC: (),
    ContentKind.NEWS: (("articles", "talks.articles_missing"),),
    ContentKind.MPNEWS: (_media,),
    ContentKind.MPNEWSARTICLE: (("article_id", "talks.media_missing"),),
    ContentKind.MSGMENU: (("choices", "talks.choices_missing"),),
    ContentKind.WXCARD: (("card_id", "talks.card_missing"),),
    ContentKind.MINIPROGRAMPAGE: (("appid", "talks.appid_missing"),),
}


_app_kinds = {
    True: frozenset({ContentKind.TEXT, ContentKind.IMAGE, ContentKind.MINIPROGRAMPAGE}),
    False: frozenset(
        {ContentKind.TEXT, ContentKind.IMAGE, ContentKind.LINK, ContentKind.MINIPROGRAMPAGE}
    ),
}
"""What is said to mini programs, and what they say."""


def list_texts(content: Content) -> list[str]:
    """All words of a message that people read."""
    return [
        *(content.text, content.tail, content.title, content.description, content.label),
        *(text for one in content.articles for text in (one.title, one.description)),
        *(one.text for one in content.choices),
    ]


class Credit(Enum):
    """By what an account may write to a person."""

    PAID = "paid"
    """They paid within 48 hours: as often as it likes."""
    ACTED = "acted"
    SAID = "said"


class Credits(msgspec.Struct, frozen=True, kw_only=True):
    """What a person did last, and how often the account wrote to them since."""

    said_at: datetime | None = None
    said_used: int = 0
    acted_at: datetime | None = None
    acted_used: int = 0
    paid_at: datetime | None = None


def check_content(content: Content, *, is_said: bool) -> None:
    """Accept a message that says something its side can say.

    Raises Invalid `talks.kind_refused`, `talks.text_missing`, `talks.text_length`,
    `talks.media_missing`, `talks.title_missing`, `talks.url_missing`, `talks.articles_missing`,
    `talks.choices_missing`, `talks.card_missing`, `talks.appid_missing`, `talks.content_malformed`.
    """
    try:
        msgspec.convert(msgspec.to_builtins(content), Content)
    except msgspec.ValidationError as error:
        raise Invalid("talks.content_malformed", reason=str(error)) from None
    if content.kind not in (SAYABLE if is_said else SENDABLE):
        raise Invalid("talks.kind_refused", content_kind=content.kind.value)
    for field, code in _needs[content.kind]:
        value = getattr(content, field)
        if not (value.strip() if isinstance(value, str) else value):
            raise Invalid(code, field=field)
    if len(content.text.encode()) > TEXT_BYTES_MAX:
        raise Invalid("talks.text_length", bytes_max=TEXT_BYTES_MAX)


def check_files_count(sent_count: int, more_count: int) -> None:
    """Accept so many more files of somebody. Raises Refusal `talks.files_too_many`."""
    if sent_count + more_count > FILES_MAX:
        raise Refusal("talks.files_too_many", files_max=FILES_MAX)


def check_kind(kind: ChannelKind, content: Content, *, is_said: bool) -> None:
    """Accept less where it is a mini program. Raises Invalid `talks.kind_refused`."""
    if kind is ChannelKind.MINIAPP and content.kind not in _app_kinds[is_said]:
        raise Invalid("talks.kind_refused", content_kind=content.kind.value)


def decide_credit(given: Credits, now: datetime, kind: ChannelKind = ChannelKind.SERVICE) -> Credit:
    """Return by what the account may write now: the credit that ends first, if it is not used up.

    Raises Refusal `talks.out_of_time` when the person did nothing lately, `talks.used_up` when
    the account has written as often as it may since.
    """
    if _is_live(given.paid_at, PAID_LIFE, now):
        return Credit.PAID
    is_acted = _is_live(given.acted_at, ACTED_LIFE, now)
    is_said = _is_live(given.said_at, SAID_LIFE, now)
    acted_max = ENTERED_MAX if kind is ChannelKind.MINIAPP else ACTED_MAX
    if is_acted and given.acted_used < acted_max:
        return Credit.ACTED
    if is_said and given.said_used < SAID_MAX:
        return Credit.SAID
    if is_acted or is_said:
        raise Refusal("talks.used_up", said_max=SAID_MAX, acted_max=acted_max)
    raise Refusal("talks.out_of_time", hours=int(SAID_LIFE.total_seconds()) // 3600)


def _is_live(at: datetime | None, life: timedelta, now: datetime) -> bool:
    return at is not None and now < at + life


def decide_replies(rules: Sequence[Rule], said: str, turn: int) -> list[Content]:
    """Return what the rules answer to a text: the first whose keyword it holds, or the default.

    A rule that gives one of its replies gives them in turn.
    """
    wanted = said.strip().casefold()
    chosen = next((one for one in rules if _is_met(one, wanted)), None)
    if chosen is None:
        chosen = next((one for one in rules if one.kind is RuleKind.DEFAULT), None)
    if chosen is None or not chosen.replies:
        return []
    if chosen.mode is ReplyMode.ONE:
        return [chosen.replies[turn % len(chosen.replies)]]
    return list(chosen.replies)


def _is_met(rule: Rule, wanted: str) -> bool:
    return any(
        keyword.text.casefold() == wanted if keyword.is_exact else keyword.text.casefold() in wanted
        for keyword in rule.keywords
    )


def render_last(content: Content) -> str:
    """The first words of a message, for a list of conversations; empty where it has none."""
    words = content.text or content.title or content.label
    if not words and content.articles:
        words = content.articles[0].title
    return cut_last(words)


def cut_last(words: str) -> str:
    """The first of some words, in one line."""
    line = " ".join(words.split())
    return line if len(line) <= LAST_TEXT_MAX else line[: LAST_TEXT_MAX - 1] + "…"


def cut_heard(heard: str) -> str:
    """What was heard in a voice, as far as a message has room."""
    return heard.encode()[:TEXT_BYTES_MAX].decode(errors="ignore")


def render_notice(content: Content) -> tuple[str, str, str]:
    """Title, body and link of a message as it lies in an inbox."""
    if content.kind is ContentKind.MSGMENU:
        choices = [f"· {one.text}" for one in content.choices]
        lines = [content.text, *choices, content.tail]
        return "", "\n".join(one for one in lines if one), ""
    if content.articles:
        first = content.articles[0]
        return first.title, first.description, _web(first.url)
    if content.kind is ContentKind.TEXT:
        return "", content.text, ""
    return content.title, content.description, _web(content.url)


def _web(url: str) -> str:
    return url if url.startswith(("https://", "http://", "/")) else ""


def check_handle(handle: str) -> None:
    """Accept `prefix@account` with a prefix of one to ten letters, digits and underscores.

    Raises Invalid `talks.handle_malformed`, `talks.handle_length`, `talks.handle_characters`.
    """
    prefix, at, account = handle.partition("@")
    if not (prefix and at and _account.fullmatch(account)):
        raise Invalid("talks.handle_malformed")
    if len(prefix) > HANDLE_MAX:
        raise Invalid("talks.handle_length", characters_max=HANDLE_MAX)
    if not _prefix.fullmatch(prefix):
        raise Invalid("talks.handle_characters")


def check_nickname(nickname: str) -> None:
    """Accept a name of one to sixteen characters. Raises Invalid `talks.nickname_malformed`."""
    if not 1 <= len(nickname) <= NICKNAME_MAX or not nickname.isprintable():
        raise Invalid("talks.nickname_malformed", characters_max=NICKNAME_MAX)


def check_rule(rule: Rule) -> None:
    """Accept a rule that says something, to keywords if it is one for them.

    Raises Invalid `talks.keywords_missing`, `talks.keywords_unasked`, `talks.replies_missing`, and
    what `check_content` raises.
    """
    if rule.kind is RuleKind.KEYWORD and not rule.keywords:
        raise Invalid("talks.keywords_missing")
    if rule.kind is RuleKind.DEFAULT and rule.keywords:
        raise Invalid("talks.keywords_unasked")
    if not rule.replies:
        raise Invalid("talks.replies_missing")
    for content in rule.replies:
        check_content(content, is_said=False)


def is_in_time(given: Credits, now: datetime) -> bool:
    """Whether it is less than 48 hours after what the person did last."""
    return _is_live(given.said_at, SAID_LIFE, now) or _is_live(given.paid_at, PAID_LIFE, now)


def check_in_time(given: Credits, now: datetime) -> None:
    """Let an agent answer, as often as need be, until 48 hours after what the person did last.

    Raises Refusal `talks.out_of_time`.
    """
    if not is_in_time(given, now):
        raise Refusal("talks.out_of_time", hours=int(SAID_LIFE.total_seconds()) // 3600)
