"""How codes of networks look, which names and homepages they have, and which days make sense."""

import base64
import re
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from banyan.base.errors import Invalid, Refusal
from banyan.commerce.hotspots.types import DAYS_MAX, TOKEN_LENGTH

CHINA = ZoneInfo("Asia/Shanghai")
CHANCE_BYTES = 16
OWN_PAGE, CUSTOM_PAGE = 0, 1
_channel_bytes = 8
_token = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")
_prefix = "WX"


def render_token(channel_id: int, chance: bytes) -> str:
    """The end of a code's text: whose network, and what nobody can guess."""
    assert len(chance) == CHANCE_BYTES
    return base64.urlsafe_b64encode(channel_id.to_bytes(_channel_bytes, "big") + chance).decode()


def read_channel(token: str) -> int | None:
    """Whose network it is; None for a text that is none of ours."""
    if not _token.fullmatch(token):
        return None
    channel_id = int.from_bytes(base64.urlsafe_b64decode(token)[:_channel_bytes], "big")
    return channel_id if 0 < channel_id < 1 << 63 else None


def check_ssid(ssid: str, *, is_verified: bool) -> None:
    """Accept a name; who is not verified shows it by the name. Raises Refusal."""
    if not is_verified and not ssid.startswith(_prefix):
        raise Refusal("hotspots.ssid_prefix", prefix=_prefix)


def check_homepage(template_id: int, url: str) -> None:
    """Accept the store's own page, or an address. Raises Invalid `hotspots.homepage_malformed`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Invalid("hotspots.homepage_malformed") from None
    is_web = parts.scheme in {"http", "https"} and bool(parts.netloc)
    if template_id not in {OWN_PAGE, CUSTOM_PAGE} or (template_id == CUSTOM_PAGE and not is_web):
        raise Invalid("hotspots.homepage_malformed")


def check_days(begins_on: date, ends_on: date) -> None:
    """Accept up to thirty days. Raises Invalid `hotspots.days_out_of_range`."""
    if not 0 <= (ends_on - begins_on).days <= DAYS_MAX.days:
        raise Invalid("hotspots.days_out_of_range", days_max=DAYS_MAX.days)


def compute_day(now: datetime) -> date:
    """The day of an instant in China."""
    return now.astimezone(CHINA).date()
