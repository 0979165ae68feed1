"""Remembers who took the shares of packets that are empty: nobody else need be looked up again."""

from collections.abc import Iterable

_people_max = 200_000


class Emptied:
    """Packets for anybody that have nothing left, by token, with those who took their shares.

    What is empty stays so, and a token is never used again: what is remembered stays true, in
    each process by itself. The oldest is forgotten when there is too much.
    """

    def __init__(self, people_max: int = _people_max) -> None:
        self._takers: dict[str, frozenset[int]] = {}
        self._people_max = people_max
        self._people = 0

    def __contains__(self, token: str) -> bool:
        """Whether it is known to be empty."""
        return token in self._takers

    def is_over(self, token: str, person_id: int) -> bool:
        """Whether there is nothing for this person any more, nor has been."""
        takers = self._takers.get(token)
        return takers is not None and person_id not in takers

    def remember(self, token: str, takers: Iterable[int]) -> None:
        """Take down that it is empty, and who took its shares."""
        if token in self._takers:
            return
        self._takers[token] = frozenset(takers)
        self._people += len(self._takers[token])
        while self._people > self._people_max:
            oldest = next(iter(self._takers))
            self._people -= len(self._takers.pop(oldest))


EMPTIED = Emptied()
