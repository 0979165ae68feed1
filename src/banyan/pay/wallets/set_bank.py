"""Opens and closes the banks that wallets are topped up from."""

from banyan.books.work import Permission, Work, single
from banyan.pay.wallets import store
from banyan.pay.wallets.types import SetBank


@single(permission=Permission.SYSTEM)
async def set_bank(work: Work, command: SetBank) -> None:
    """Open or close a bank; the program's start does this from its settings.

    A production installation closes the test bank here, and every process sees it at once.
    """
    await store.set_bank(work.db, command.bank_id, is_enabled=command.is_enabled)
