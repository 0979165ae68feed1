"""How domains are written that a mini program may speak to."""

import re
from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import urlsplit

from banyan.base.errors import Invalid


class Purpose(StrEnum):
    """What a domain is for. Stored: never renamed."""

    REQUEST = "request"
    SOCKET = "socket"
    UPLOAD = "upload"
    DOWNLOAD = "download"
    UDP = "udp"
    TCP = "tcp"
    WEB = "web"
    """Its pages may be shown."""
    PREFETCH = "prefetch"
    """It is looked up before it is needed."""


_schemes = {
    Purpose.REQUEST: "https",
    Purpose.SOCKET: "wss",
    Purpose.UPLOAD: "https",
    Purpose.DOWNLOAD: "https",
    Purpose.UDP: "udp",
    Purpose.TCP: "tcp",
    Purpose.WEB: "https",
    Purpose.PREFETCH: "https",
}
_host = re.compile(
    r"(?=.{4,253}(:|$))([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(:\d{1,5})?"
)


def check_domains(purpose: Purpose, names: Sequence[str]) -> list[str]:
    """Return each domain once, in small letters and with the scheme that its purpose asks for.

    Raises Invalid `miniapps.domain_malformed`.
    """
    return list(dict.fromkeys(_check(purpose, one) for one in names))


def covers(domains: set[str], url: str) -> bool:
    """Whether a page of the web is of one of these domains."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}".lower() in domains


def _check(purpose: Purpose, name: str) -> str:
    scheme = _schemes[purpose]
    found, mark, host = name.strip().lower().partition("://")
    if not mark:
        found, host = scheme, found
    host = host.rstrip("/")
    if found != scheme or not _host.fullmatch(host):
        raise Invalid("miniapps.domain_malformed", domain=name[:100], scheme=scheme)
    return f"{scheme}://{host}"
