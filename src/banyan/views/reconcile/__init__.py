"""Reconcile: the ledger against bills and outside statements, and the trial balance."""

from pathlib import Path

from banyan.books.room import Room
from banyan.views.reconcile.read_days import (
    ListReconciledDays,
    ReadReconciliation,
    list_reconciled_days,
    read_reconciliation,
)
from banyan.views.reconcile.read_tallies import (
    ListTallyDays,
    ReadTally,
    list_tally_days,
    read_tally,
)
from banyan.views.reconcile.read_trial import ReadTrialBalance, read_trial_balance
from banyan.views.reconcile.types import (
    Days,
    DaySum,
    Difference,
    Family,
    FamilySum,
    Mismatch,
    OutsideDifference,
    Reconciliation,
    Stray,
    Tally,
    TallyDay,
    TallyDays,
    Told,
    TrialBalance,
    TrialRow,
)

ROOM = Room(
    name="reconcile",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        read_reconciliation,
        list_reconciled_days,
        read_trial_balance,
        list_tally_days,
        read_tally,
    ),
)

__all__ = (
    "ROOM",
    "DaySum",
    "Days",
    "Difference",
    "Family",
    "FamilySum",
    "ListReconciledDays",
    "ListTallyDays",
    "Mismatch",
    "OutsideDifference",
    "ReadReconciliation",
    "ReadTally",
    "ReadTrialBalance",
    "Reconciliation",
    "Stray",
    "Tally",
    "TallyDay",
    "TallyDays",
    "Told",
    "TrialBalance",
    "TrialRow",
    "list_reconciled_days",
    "list_tally_days",
    "read_reconciliation",
    "read_tally",
    "read_trial_balance",
)
