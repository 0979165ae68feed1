"""What the room needs from above: how a channel calls a person."""

from collections.abc import Sequence
from typing import Protocol

from banyan.base.secret import new_code
from banyan.books.work import Work
from banyan.pay.charges.types import TOKEN_LENGTH

Openids = dict[tuple[int, int], str]


class FindOpenids(Protocol):
    """Knows the openids of people, in a room above this one."""

    async def __call__(self, work: Work, wanted: Sequence[tuple[int, int]]) -> Openids:
        """The openids of (channel, person); of new ones there are new ones."""


class Ports:
    """Filled once, where the rooms are listed."""

    def __init__(self) -> None:
        self._find_openids: FindOpenids | None = None

    def connect(self, *, find_openids: FindOpenids) -> None:
        """Look openids up so."""
        self._find_openids = find_openids

    @property
    def find_openids(self) -> FindOpenids:
        """Looks openids up."""
        assert self._find_openids is not None, "the rooms are connected where they are listed"
        return self._find_openids


PORTS = Ports()


def new_charge_token() -> str:
    """What whoever pays brings: nobody can guess it."""
    return new_code(TOKEN_LENGTH)
