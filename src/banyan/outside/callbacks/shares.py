"""How many calls each host may have under way: one that is slow or silent holds up nobody else."""

from __future__ import annotations

from urllib.parse import urlsplit

SLOTS_MAX = 400
"""Most calls under way in each process."""
SLOW_MAX = SLOTS_MAX // 2
"""Most of them to hosts that were slow last, all together: the others have the rest."""
FIRST = 16
"""What a host may have of whom nothing is known yet."""
MOST = 100
"""What a host may have that answers quickly."""
LEAST = 4
"""What a host may have that is slow, or says nothing at all."""
SLOW_MS = 1_500


class _Host:
    """One host: what it may have, what it has, and whose accounts it serves."""

    def __init__(self) -> None:
        self.share = FIRST
        self.is_slow = False
        self.under_way = 0
        self.accounts: dict[int, None] = {}
        """The one that was served longest ago first."""


class Shares:
    """Watches how long hosts take: a quick answer doubles what one may have, a slow one halves."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}
        """The one that was served longest ago first."""
        self._homes: dict[int, str] = {}
        self.under_way = 0

    def begin(self, channel_id: int, url: str) -> None:
        """Count a call for an account, which is served there from now on."""
        name = urlsplit(url).netloc.lower()
        home = self._homes.get(channel_id)
        if home is not None and home != name:
            self._hosts[home].accounts.pop(channel_id, None)
        self._homes[channel_id] = name
        host = self._hosts.pop(name, None) or _Host()
        self._hosts[name] = host
        host.accounts.pop(channel_id, None)
        host.accounts[channel_id] = None
        host.under_way += 1
        self.under_way += 1

    def end(self, url: str, took_ms: int | None) -> None:
        """Count the end of a call; None where it tells nothing of the host."""
        host = self._hosts[urlsplit(url).netloc.lower()]
        host.under_way -= 1
        self.under_way -= 1
        if took_ms is None:
            return
        host.is_slow = took_ms > SLOW_MS
        wanted = host.share // 2 if host.is_slow else host.share * 2
        host.share = min(max(wanted, LEAST), MOST)

    def rooms(self) -> dict[int, int]:
        """How many more calls may be made for each account that is known; for others, `FIRST`."""
        slow_left = SLOW_MAX - sum(one.under_way for one in self._hosts.values() if one.is_slow)
        rooms: dict[int, int] = {}
        for host in self._hosts.values():
            free = max(host.share - host.under_way, 0)
            if host.is_slow:
                free = max(min(free, slow_left), 0)
                slow_left -= free
            if host.accounts:
                each, more = divmod(free, len(host.accounts))
                rooms |= {one: each + (n < more) for n, one in enumerate(host.accounts)}
        return rooms
