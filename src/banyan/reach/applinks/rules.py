"""How links are written, how long they live, and which scenes a code can carry."""

import base64
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from banyan.base.errors import Invalid
from banyan.reach.applinks.types import LIFE_MAX, SCENE_MAX, TOKEN_LENGTH

CHANCE_BYTES = 8
_id_bytes = 8
_token = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")
_scene = re.compile(r"[A-Za-z0-9!#$&'()*+,/:;=?@\-._~%]*")


def render_token(channel_id: int, chance: bytes) -> str:
    """What a link says."""
    assert len(chance) == CHANCE_BYTES
    raw = channel_id.to_bytes(_id_bytes, "big") + chance
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_token(token: str) -> tuple[int, bytes] | None:
    """Whose link it is, and what nobody can guess; None for a text that is none of ours."""
    if not _token.fullmatch(token):
        return None
    raw = base64.urlsafe_b64decode(token + "==")
    channel_id = int.from_bytes(raw[:_id_bytes], "big")
    return (channel_id, raw[_id_bytes:]) if channel_id < 1 << 63 else None


def check_scene(scene: str) -> None:
    """Accept what a code can carry: up to 32 visible characters.

    Raises Invalid `applinks.scene_malformed`.
    """
    if not scene or len(scene) > SCENE_MAX or not _scene.fullmatch(scene):
        raise Invalid("applinks.scene_malformed", characters_max=SCENE_MAX)


def check_end(expires_at: datetime, now: datetime) -> None:
    """Accept an end within thirty days. Raises Invalid `applinks.life_out_of_range`."""
    if not now < expires_at <= now + LIFE_MAX + timedelta(minutes=1):
        raise Invalid("applinks.life_out_of_range", days_max=LIFE_MAX.days)


def compute_end(days: int, now: datetime) -> datetime:
    """Return the end of a life of so many days. Raises Invalid `applinks.life_out_of_range`."""
    if not 1 <= days <= LIFE_MAX.days:
        raise Invalid("applinks.life_out_of_range", days_max=LIFE_MAX.days)
    return now + timedelta(days=days)


def compute_day(now: datetime, time_zone: str) -> date:
    """Return the day of an instant where the merchant is."""
    return now.astimezone(ZoneInfo(time_zone)).date()
