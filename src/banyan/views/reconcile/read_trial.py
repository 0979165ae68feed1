"""Reads the trial balance: all money accounts of the installation, which together hold nothing."""

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.views.reconcile import store
from banyan.views.reconcile.types import TrialBalance


class ReadTrialBalance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: the sums of all money accounts."""


@reading(permission=Permission.OPERATOR)
async def read_trial_balance(work: Work, query: ReadTrialBalance) -> TrialBalance:
    """Return the sums of all money accounts by currency and purpose, and the bank's strays."""
    del query
    rows = await store.list_trial(work.db)
    return TrialBalance(rows=rows, strays=await store.list_strays(work.db))
