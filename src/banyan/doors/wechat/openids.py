"""Openids as programs send them: of the right form, each once, and not too many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.doors.wechat.errors import WireError

TagNumber = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31)]
"""The number of a tag or a group."""
_openid = re.compile(r"[A-Za-z0-9_-]{28}")


def check_openid(text: str) -> str:
    """Accept what may be an openid. Raises WireError 40003."""
    if not _openid.fullmatch(text):
        raise WireError(40003, "invalid openid")
    return text


def check_openids(texts: Sequence[str], count_max: int) -> list[str]:
    """Return each once, in the order given. Raises WireError 40031, 40032, 40003."""
    if not texts:
        raise WireError(40031, "invalid openid list")
    if len(texts) > count_max:
        raise WireError(40032, "invalid openid list size")
    return [check_openid(one) for one in dict.fromkeys(texts)]


def render_part(openids: Sequence[str]) -> dict[str, object]:
    """A part of a long list; what follows it begins after `next_openid`, and an empty one ends."""
    if not openids:
        return {"count": 0}
    return {"count": len(openids), "data": {"openid": openids}, "next_openid": openids[-1]}
