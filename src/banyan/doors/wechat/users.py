"""People who follow: who they are, who they all are, and what the account calls them."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.openids import check_openid, check_openids, render_part
from banyan.reach.channels import ExchangeOpenids, FollowerState, exchange_openids
from banyan.reach.labels import (
    LabelledFollower,
    ListOpenids,
    ReadLabels,
    WriteRemark,
    compute_group,
    list_openids_part,
    read_labels,
    write_remark,
)
from banyan.reach.scenes import FindSceneCodes, SceneCode, SceneCodeId, find_scene_codes

_languages = frozenset({"zh_CN", "zh_TW", "en"})
_batch_max = 100
_sources = {
    "search": "ADD_SCENE_SEARCH",
    "card": "ADD_SCENE_PROFILE_CARD",
    "article": "ADD_SCENE_PROFILE_LINK",
    "paid": "ADD_SCENE_PAID",
}
"""What brings people who scanned no code."""


class InfoQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/cgi-bin/user/info`, and an entry of `batchget`."""

    openid: str = ""
    lang: str = "zh_CN"


class BatchBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/user/info/batchget`."""

    user_list: list[InfoQuery] = []


class NextQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/cgi-bin/user/get`."""

    next_openid: str = ""


class RemarkBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/user/info/updateremark`."""

    openid: str = ""
    remark: str = ""


class ExchangeBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/changeopenid`."""

    from_appid: str = ""
    openid_list: list[str] = []


@endpoint("GET", "/cgi-bin/user/info", daily_max=5_000_000)
async def info(wire: Wire, query: InfoQuery) -> dict[str, object]:
    """One whom the account knows; of those who do not follow little is told."""
    if not query.openid:
        raise WireError(41009, "missing openid")
    (told,) = await _describe(wire, [query])
    return told


@endpoint("POST", "/cgi-bin/user/info/batchget", daily_max=5_000_000, is_said_ok=False)
async def batchget(wire: Wire, body: BatchBody) -> dict[str, object]:
    """Up to a hundred at once."""
    if not 1 <= len(body.user_list) <= _batch_max:
        raise WireError(40032, "invalid openid list size")
    return {"user_info_list": await _describe(wire, body.user_list)}


@endpoint("GET", "/cgi-bin/user/get", daily_max=500)
async def get(wire: Wire, query: NextQuery) -> dict[str, object]:
    """Ten thousand followers after one; the part after the last is empty."""
    after = check_openid(query.next_openid) if query.next_openid else ""
    part = await wire.run(list_openids_part, ListOpenids(**wire.own, after=after))
    return {"total": part.total, "next_openid": "", **render_part(part.openids)}


@endpoint("POST", "/cgi-bin/user/info/updateremark", daily_max=10_000)
async def updateremark(wire: Wire, body: RemarkBody) -> None:
    """Write what the account calls a follower."""
    openid = check_openid(body.openid)
    await wire.run(write_remark, WriteRemark(**wire.own, openid=openid, remark=body.remark))


@endpoint("POST", "/cgi-bin/changeopenid")
async def changeopenid(wire: Wire, body: ExchangeBody) -> dict[str, object]:
    """What this account knows the followers of another of the same merchant by."""
    if not 1 <= len(body.openid_list) <= _batch_max:
        raise WireError(40032, "invalid openid list size")
    known = [check_openid(one) for one in body.openid_list]
    command = ExchangeOpenids(**wire.own, from_appid=body.from_appid, openids=known)
    here = (await wire.run(exchange_openids, command)).openids
    return {
        "result_list": [
            {"ori_openid": one, "err_msg": "ok", "new_openid": here[one]}
            if one in here
            else {"ori_openid": one, "err_msg": "ori_openid error", "new_openid": ""}
            for one in known
        ]
    }


async def _describe(wire: Wire, asked: list[InfoQuery]) -> list[dict[str, object]]:
    openids = check_openids([one.openid for one in asked], _batch_max)
    followers = (await wire.run(read_labels, ReadLabels(**wire.own, openids=openids))).items
    by_openid = {one.openid: one for one in followers}
    wanted = sorted({SceneCodeId(one.code_id) for one in followers if one.code_id and one.scene})
    codes: dict[int, SceneCode] = {}
    if wanted:
        found = await wire.run(find_scene_codes, FindSceneCodes(**wire.own, code_ids=wanted))
        codes = {int(one.code_id): one for one in found.items}
    return [_render(by_openid[one.openid], one.lang, codes) for one in asked]


def _render(
    follower: LabelledFollower, language: str, codes: dict[int, SceneCode]
) -> dict[str, object]:
    told: dict[str, Any] = {
        "subscribe": int(follower.state is FollowerState.FOLLOWING),
        "openid": follower.openid,
    }
    if follower.unionid is not None:
        told["unionid"] = follower.unionid
    if follower.state is not FollowerState.FOLLOWING:
        return told
    assert follower.followed_at is not None
    code = codes.get(int(follower.code_id))
    group = compute_group(follower.tag_ids, is_blocked=follower.is_blocked)
    return told | {
        # Who somebody is elsewhere has not been told since 2021, but programs look for the fields.
        "nickname": "",
        "sex": 0,
        "language": language if language in _languages else "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": int(follower.followed_at.timestamp()),
        "remark": follower.remark,
        "groupid": int(group),
        "tagid_list": [int(one) for one in follower.tag_ids],
        "subscribe_scene": _source(follower),
        "qr_scene": code.number if code else 0,
        "qr_scene_str": code.text if code else "",
    }


def _source(follower: LabelledFollower) -> str:
    if follower.code_id:
        return "ADD_SCENE_QR_CODE"
    return _sources.get(follower.scene, "ADD_SCENE_OTHERS")
