"""Pure decisions about codes and sessions."""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.parties.sessions.types import AskedTooOften, CodeExpired, WrongCode

_browsers = (
    # In this order: most browsers claim to be several others as well.
    ("MicroMessenger", "WeChat"),
    ("AlipayClient", "Alipay"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_systems = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


class AskCount(msgspec.Struct, frozen=True):
    """How often somebody asked within a period, this time included, and the most they may."""

    count: int
    count_max: int
    ends_at: datetime


class WaitingCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code as it is stored."""

    code_id: int
    code_digest: bytes
    tries_left: int
    expires_at: datetime


def check_asked(counts: Sequence[AskCount], now: datetime) -> None:
    """Let somebody have a code. Raises AskedTooOften with the wait until all limits allow it."""
    over = [one.ends_at for one in counts if one.count > one.count_max]
    if over:
        raise AskedTooOften(max(1, -int((now - max(over)).total_seconds() // 1)))


def decide_try(
    waiting: WaitingCode | None, digest: bytes, now: datetime
) -> WrongCode | CodeExpired | None:
    """Return None if this is the code, else the refusal; a wrong try uses one up."""
    if waiting is None or waiting.tries_left == 0 or waiting.expires_at <= now:
        return CodeExpired()
    if hmac.compare_digest(waiting.code_digest, digest):
        return None
    return WrongCode(waiting.tries_left - 1)


def compute_device(given: str, user_agent: str) -> str:
    """What to call a device: as its person said, or what its browser lets on, or nothing."""
    if given:
        return given
    browser = next((name for mark, name in _browsers if mark in user_agent), "")
    system = next((name for mark, name in _systems if mark in user_agent), "")
    if browser or system:
        return " · ".join(one for one in (browser, system) if one)
    program = re.match(r"[A-Za-z0-9_.-]{1,40}", user_agent)
    return program[0] if program else ""
