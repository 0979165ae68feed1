"""Lets a room above choose which of an account's menus a person sees."""

from collections.abc import Awaitable, Callable

from banyan.books.work import Work
from banyan.reach.channels import store
from banyan.reach.channels.types import Channel, MenuButton

FindMenu = Callable[[Work, Channel, int], Awaitable[list[MenuButton]]]
ForgetMenus = Callable[[Work, Channel], Awaitable[None]]


async def _find_own(work: Work, channel: Channel, person_id: int) -> list[MenuButton]:
    del person_id
    return await store.find_menu(work.db, channel)


async def _forget_none(work: Work, channel: Channel) -> None:
    del work, channel


class Menus:
    """Filled once, where the rooms are listed; until then everybody sees the account's one menu."""

    def __init__(self) -> None:
        self.find: FindMenu = _find_own
        """Return the menu that a person sees, or somebody who is not signed in (0)."""
        self.forget: ForgetMenus = _forget_none
        """Delete what other menus an account has: it has none for all any more."""

    def connect(self, *, find: FindMenu, forget: ForgetMenus) -> None:
        """Choose menus like that."""
        self.find, self.forget = find, forget


MENUS = Menus()
