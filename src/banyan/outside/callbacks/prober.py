"""Looks where the servers of accounts are, and how soon they can be reached."""

from __future__ import annotations

import asyncio
import socket
import time

from banyan.outside.callbacks.addresses import is_public

_wait_s = 3.0


class Prober:
    """Asks for addresses and connects to them, and never raises for what it finds."""

    def __init__(self, *, may_call_private: bool) -> None:
        """`may_call_private` lets it look into private networks."""
        self._may_call_private = may_call_private

    async def find_addresses(self, host: str) -> list[str]:
        """Return where a name leads; none for one that leads nowhere, or into our own network."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_wait_s):
                found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, TimeoutError, UnicodeError):
            return []
        addresses = {str(one[4][0]) for one in found}
        return sorted(one for one in addresses if self._may_call_private or is_public(one))

    async def measure(self, address: str, port: int) -> float | None:
        """Return in how many seconds a connection is made; None if it is not, or may not be."""
        if not self._may_call_private and not is_public(address):
            return None
        began_s = time.perf_counter()
        try:
            async with asyncio.timeout(_wait_s):
                _, writer = await asyncio.open_connection(address, port)
        except (OSError, TimeoutError):
            return None
        took_s = time.perf_counter() - began_s
        writer.close()
        return took_s
