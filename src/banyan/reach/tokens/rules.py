"""How tokens look, how long they live, and on which day a call counts."""

import base64
import ipaddress
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv6Address

from banyan.base.errors import Invalid

LIFE = timedelta(seconds=7_200)
OVERLAP = timedelta(minutes=5)
"""How long the plain tokens before the newest still work; nearer to its end a stable one is
replaced."""
KEPT = timedelta(days=1)
"""How long it is still known that a token once worked."""
FORCED_MAX = 20
"""Most stable tokens forced in a day."""
FORCED_STEP = timedelta(seconds=30)
CLEARS_MAX = 10
"""Most times a month that an account may have its quotas set back."""
ADDRESSES_MAX = 200
"""Most addresses that may be named."""
REQUESTS_KEPT = timedelta(days=7)
USES_KEPT = timedelta(days=7)

_share = 16
_chance_bytes = 94
_id_bytes = 8
_china = timezone(timedelta(hours=8))


def render_token(channel_id: int, chance: bytes) -> str:
    """The text of a token: whose it is, and what nobody can guess. 136 characters."""
    assert len(chance) == _chance_bytes
    return base64.urlsafe_b64encode(channel_id.to_bytes(_id_bytes, "big") + chance).decode()


def read_channel_id(token: str) -> int | None:
    """Whose token it would be; None for a text that is none of ours."""
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(raw) != _id_bytes + _chance_bytes or raw[0] >= 1 << 7:
        return None
    return int.from_bytes(raw[:_id_bytes], "big")


def day_of(at: datetime) -> date:
    """The day of the platform's calendar, China's, on which a call counts."""
    return at.astimezone(_china).date()


def seconds_left(until: datetime, now: datetime) -> int:
    """Whole seconds that something still lives, at least none."""
    return max(int((until - now).total_seconds()), 0)


def decide_block(wanted: int, daily_max: int, used: int) -> int:
    """Return how many calls of those wanted one gets at once; a quota of 0 has no end."""
    if not daily_max:
        return wanted
    left = max(daily_max - used, 0)
    return min(wanted, max(left // _share, 1), left)


def check_addresses(texts: Iterable[str]) -> list[str]:
    """Return addresses and networks in one form, each once. Raises `tokens.address_malformed`."""
    found = []
    for text in texts:
        try:
            network = ipaddress.ip_network(text.strip(), strict=False)
        except ValueError:
            raise Invalid("tokens.address_malformed", address=text) from None
        is_one = network.num_addresses == 1
        found.append(str(network.network_address) if is_one else str(network))
    return list(dict.fromkeys(found))


def is_allowed(addresses: Iterable[str], address: str) -> bool:
    """Whether an address is one of these or in one of these networks; with none, any is."""
    named = [ipaddress.ip_network(one) for one in addresses]
    if not named:
        return True
    try:
        caller: IPv4Address | IPv6Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(caller, IPv6Address) and caller.ipv4_mapped is not None:
        caller = caller.ipv4_mapped
    return any(caller in one for one in named)
