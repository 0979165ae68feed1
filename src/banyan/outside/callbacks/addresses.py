"""Which addresses may be called: a merchant who names a server must not see into our network."""

import errno
import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address
from typing import Any

REFUSED = errno.EACCES
_translated = ipaddress.IPv6Network("64:ff9b::/96")
_ipv4_mask = 0xFFFF_FFFF


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet could call."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _find_inner(found) if isinstance(found, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    return found.is_global and not found.is_multicast and not found.is_reserved


def open_public_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket for an address that was looked up. Raises PermissionError for one of our own.

    It is asked for the very address that is then connected to, so that a name cannot lead elsewhere
    between the look and the call.
    """
    family, kind, protocol, _, where = address
    if not is_public(str(where[0])):
        raise PermissionError(REFUSED, "nobody is called in private networks")
    return open_any_socket((family, kind, protocol, "", where))


def open_any_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket for any address: for servers that stand beside ours, when developing."""
    family, kind, protocol, _, _ = address
    found = socket.socket(family, kind, protocol)
    found.setblocking(False)  # noqa: FBT003 - its only argument
    return found


def _find_inner(address: IPv6Address) -> IPv4Address | None:
    """The older address that a newer one stands for, if it does."""
    if address in _translated:
        return IPv4Address(int(address) & _ipv4_mask)
    if address.teredo is not None:
        # Whoever is behind it, the way leads through others' networks: as good as unreachable.
        return IPv4Address(0)
    return address.ipv4_mapped or address.sixtofour
