"""Remembers of packets what never changes, such as who emptied them, and whom we have served."""

from collections import OrderedDict
from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec

from banyan.books.ledger import AccountId

_packets_max = 50_000
_people_max = 200_000
_served_max = 50_000


class Known(msgspec.Struct, frozen=True, gc=False):
    """What is drawn up when a packet is sent, and stays so."""

    token: str
    packet_id: int
    person_id: int
    merchant_id: int
    receiver_id: int
    kind: str
    currency: str
    total_fen: int
    count: int
    expires_at: datetime
    account_id: AccountId


class Remembered:
    """Packets by their tokens, and of those for anybody that are empty who took the shares.

    A token is never used again, and what is empty stays so: what is remembered stays true, in each
    process by itself. The oldest is forgotten when there is too much.
    """

    def __init__(
        self,
        packets_max: int = _packets_max,
        people_max: int = _people_max,
        served_max: int = _served_max,
    ) -> None:
        # Not plain dicts: those look for their oldest among all that was dropped before.
        self._packets: OrderedDict[str, Known] = OrderedDict()
        self._packets_max = packets_max
        self._served: OrderedDict[tuple[int, int], None] = OrderedDict()
        self._served_max = served_max
        self._takers: OrderedDict[str, frozenset[int]] = OrderedDict()
        self._people_max = people_max
        self._people = 0

    def find(self, token: str) -> Known | None:
        """The packet of a token, if it has been kept."""
        return self._packets.get(token)

    def keep(self, packets: Iterable[Known]) -> None:
        """Take down what they are."""
        self._packets.update((one.token, one) for one in packets)
        while len(self._packets) > self._packets_max:
            self._packets.popitem(last=False)

    def is_served(self, packet_id: int, person_id: int) -> bool:
        """Whether this person may have a share: no more than a hint, nor is the contrary."""
        return (packet_id, person_id) in self._served

    def keep_served(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Take down that these people were told of a share of these packets."""
        self._served.update((pair, None) for pair in pairs)
        while len(self._served) > self._served_max:
            self._served.popitem(last=False)

    def is_over(self, token: str, person_id: int) -> bool:
        """Whether there is nothing for this person any more, nor has been."""
        takers = self._takers.get(token)
        return takers is not None and person_id not in takers

    def keep_takers(self, token: str, takers: Collection[int]) -> None:
        """Take down that it is empty, and who took its shares."""
        if token in self._takers:
            return
        self._takers[token] = frozenset(takers)
        self._people += len(takers)
        while self._people > self._people_max:
            _, oldest = self._takers.popitem(last=False)
            self._people -= len(oldest)

    def forget(self) -> None:
        """Drop everything, after the database has been emptied."""
        self._packets.clear()
        self._served.clear()
        self._takers.clear()
        self._people = 0


REMEMBERED = Remembered()
