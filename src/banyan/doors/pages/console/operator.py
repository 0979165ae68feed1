"""The console around pages for operators."""

from __future__ import annotations

from banyan.doors.pages.ask import Ask
from banyan.doors.pages.console.desk import NoMerchant, open_desk
from banyan.doors.pages.console.menu import build_menu
from banyan.doors.pages.shell import ConsoleFrame


async def operator_frame(ask: Ask) -> ConsoleFrame:
    """The console around a page; an operator need not act for a merchant."""
    try:
        return await (await open_desk(ask)).frame()
    except NoMerchant:
        menu = build_menu((), is_operator=True)
        return ConsoleFrame(
            language=ask.language, path=ask.path, flashes=ask.take_flashes(), menu=menu
        )
