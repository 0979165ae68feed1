"""Checks single texts and pictures for programs, which decide by themselves what follows."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import NONE, Id
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own, find_followers
from banyan.reach.moderation.ask_check import ask_check
from banyan.reach.moderation.judge_text import judge_for
from banyan.reach.moderation.ports import PORTS
from banyan.reach.moderation.types import (
    UNREAD,
    Check,
    CheckId,
    Content,
    Opinion,
    Reason,
    Subject,
    Verdict,
)
from banyan.reach.pushes import PushKind, note_push

KIND = "moderation.picture"
CHARACTERS_MAX = 500_000
LABELS = {
    Reason.ADVERTISING: 10_001,
    Reason.MUTUAL_PROMOTION: 10_001,
    Reason.POLITICS: 20_001,
    Reason.PORNOGRAPHY: 20_002,
    Reason.SOCIAL: 20_003,
    Reason.CRIME: 20_006,
    Reason.FRAUD: 20_008,
    Reason.VULGAR: 20_012,
    Reason.COPYRIGHT: 20_013,
    Reason.INDUCEMENT: 21_000,
    Reason.OTHER: 21_000,
}
"""What programs know the reasons by; 100 stands for none."""
FINE = 100
_suggested = {Opinion.PASS: "pass", Opinion.REVIEW: "review", Opinion.REFUSE: "risky"}


class JudgeTexts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """May people see these texts?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    texts: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=CHARACTERS_MAX)]], msgspec.Meta(max_length=10)
    ]
    openid: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)] = ""
    """Who wrote them, if the account knows."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What a judgement came to, under an id."""

    judgement_id: Id
    verdict: Verdict


class AskPicture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """May people see what is at this address? Tell my server when you know."""

    merchant_id: MerchantId
    channel_id: ChannelId
    url: Annotated[str, msgspec.Meta(min_length=8, max_length=2_000, pattern=LINE)]
    version: Annotated[int, msgspec.Meta(ge=1, le=2)] = 1


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A check that will end; the server hears of it under this id."""

    check_id: CheckId


@reading(permission=Permission.CHANNELS_WRITE)
async def judge_texts(work: Work, query: JudgeTexts) -> Judged:
    """Judge texts. Raises NotFound `channels.not_found`, `moderation.no_such_openid`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    if query.openid and not await find_followers(work.db, int(channel.channel_id), [query.openid]):
        raise NotFound("moderation.no_such_openid")
    verdict = await judge_for(work, channel, query.texts)
    return Judged(judgement_id=Id(work.ids.next()), verdict=verdict)


@single(permission=Permission.CHANNELS_WRITE)
async def ask_picture(work: Work, command: AskPicture) -> Asked:
    """Begin to check a picture; the account's server is told. Raises NotFound as `judge_texts`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    subject = Subject(kind=KIND, subject_id=command.version)
    content = Content(urls=[command.url])
    check = await ask_check(work, channel, subject, content, waits=False)
    return Asked(check_id=check.check_id)


async def fetch_picture(url: str) -> bytes:
    """Load a picture from elsewhere; never within a transaction.

    Raises Refusal `moderation.not_fetched`, Trouble `moderation.no_fetcher`.
    """
    return await PORTS.fetcher.fetch(url)


def suggest(opinion: Opinion, reason: Reason | None) -> dict[str, Any]:
    """What programs are told of a judgement."""
    return {"suggest": _suggested[opinion], "label": LABELS[reason] if reason else FINE}


async def tell_of_picture(work: Work, channel: Channel, check: Check) -> None:
    """Tell the account's server what came of a picture."""
    facts: Mapping[str, Any] = {"appid": channel.appid, "trace_id": str(int(check.check_id))}
    is_unread = any(one.rule == UNREAD for one in check.evidence)
    if check.subject.subject_id == 1:
        is_risky = int(check.opinion is Opinion.REFUSE)
        told = {"isrisky": is_risky, "extra_info_json": "", **facts}
        told["status_code"] = 4_294_966_288 if is_unread else 0
    else:
        result = suggest(check.opinion, check.reason)
        detail = {"strategy": "content_model", "errcode": -1_008 if is_unread else 0, **result}
        told = {**facts, "version": 2, "errcode": detail["errcode"], "errmsg": "ok"}
        told |= {"result": result, "detail": [detail]}
    await note_push(work, channel, NONE, "", PushKind.MEDIA_CHECKED, told)
