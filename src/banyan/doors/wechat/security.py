"""Whether texts and pictures may be seen: asked by programs before they show them."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.doors.wechat.endpoint import ACCOUNTS, Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.openids import check_openid
from banyan.doors.wechat.sights import read_picture
from banyan.reach.channels import ChannelKind
from banyan.reach.moderation import (
    AskPicture,
    Judged,
    JudgeTexts,
    Opinion,
    ask_picture,
    judge_texts,
    suggest,
)

ASKERS = ACCOUNTS | {ChannelKind.MINIAPP}
"""Who may ask."""
RISKY = WireError(87014, "risky content")
_text_bytes_max = 500 << 10
_picture_bytes_max = 1 << 20
_scenes = frozenset({1, 2, 3, 4})
_picture = 2
_fine_prob, _sure_prob, _unsure_prob = 90, 90, 60


class TextBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/msg_sec_check`."""

    content: str = ""
    version: int = 1
    scene: int = 0
    openid: str = ""
    title: str = ""
    nickname: str = ""
    signature: str = ""


class MediaBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/media_check_async`."""

    media_url: str = ""
    media_type: int = 0
    version: int = 1
    scene: int = 0
    openid: str = ""


@endpoint("POST", "/wxa/msg_sec_check", kinds=ASKERS, is_said_ok=True)
async def msg_sec_check(wire: Wire, body: TextBody) -> dict[str, Any]:
    """Judge texts: in version 1 risky ones are an error, in version 2 a result with its reasons."""
    if not body.content:
        raise WireError(44004, "empty content")
    is_new = _check_version(body.version, body.scene, body.openid)
    texts = [body.content]
    if is_new:
        texts = [one for one in (body.title, body.nickname, body.signature) if one] + texts
    if sum(len(one.encode()) for one in texts) > _text_bytes_max:
        raise WireError(45002, "content size out of limit")
    command = wire.command(JudgeTexts, texts=texts, openid=body.openid if is_new else "")
    judged = await wire.run(judge_texts, command)
    if is_new:
        return _render(judged)
    if judged.verdict.opinion is Opinion.REFUSE:
        raise RISKY
    return {}


@endpoint("POST", "/wxa/img_sec_check", kinds=ASKERS)
async def img_sec_check(wire: Wire) -> None:
    """Judge what is written in a picture: risky ones are an error."""
    content = wire.upload.take().content
    if len(content) > _picture_bytes_max:
        raise WireError(40006, "invalid media size")
    try:
        reading = await read_picture(content)
    except WireError as error:
        raise WireError(40137, "invalid image format") if error.errcode > 0 else error from None
    judged = await wire.run(judge_texts, wire.command(JudgeTexts, texts=[reading.text]))
    if judged.verdict.opinion is Opinion.REFUSE:
        raise RISKY


@endpoint("POST", "/wxa/media_check_async", kinds=ASKERS, is_said_ok=True)
async def media_check_async(wire: Wire, body: MediaBody) -> dict[str, object]:
    """Begin to judge a picture elsewhere; the result is pushed. Sounds are not understood."""
    _check_version(body.version, body.scene, body.openid)
    if body.media_type != _picture:
        raise WireError(48001 if body.media_type == 1 else 40004, "invalid media type")
    if not body.media_url.startswith(("http://", "https://")):
        raise WireError(40048, "invalid url")
    command = wire.command(AskPicture, url=body.media_url, version=body.version)
    asked = await wire.run(ask_picture, command)
    return {"trace_id": str(int(asked.check_id))}


def _check_version(version: int, scene: int, openid: str) -> bool:
    """Whether the call is of version 2, which says for whom and where. Raises WireError 40097."""
    if version not in {1, 2}:
        raise WireError(40097, "invalid args: version")
    if version == 1:
        return False
    if scene not in _scenes:
        raise WireError(40097, "invalid args: scene")
    check_openid(openid)
    return True


def _render(judged: Judged) -> dict[str, Any]:
    verdict = judged.verdict
    result = suggest(verdict.opinion, verdict.reason)
    probs = {Opinion.REFUSE: _sure_prob, Opinion.REVIEW: _unsure_prob, Opinion.PASS: _fine_prob}
    detail: list[dict[str, Any]] = [
        {
            "strategy": "content_model" if one.rule == "tone" else "keyword",
            "errcode": 0,
            **suggest(one.opinion, one.reason),
            "prob": probs[one.opinion],
            "keyword": ",".join(one.words[:10]),
        }
        for one in verdict.evidence
    ]
    fine = {"strategy": "content_model", "errcode": 0, **result, "prob": _fine_prob}
    return {"result": result, "detail": detail or [fine], "trace_id": str(int(judged.judgement_id))}
