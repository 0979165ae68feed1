"""Paygifts: whoever pays enough to certain merchants is given coupons of their programs."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.paygifts.invariants import INVARIANTS
from banyan.pay.paygifts.reactions import FOLLOWERS
from banyan.pay.paygifts.read_activities import (
    Activities,
    ActivityPayees,
    ListActivities,
    ListActivityPayees,
    ReadActivity,
    list_activities,
    list_activity_payees,
    read_activity,
)
from banyan.pay.paygifts.run_activity import (
    AddPayees,
    CreateActivity,
    DeletePayees,
    TerminateActivity,
    add_payees,
    create_activity,
    delete_payees,
    terminate_activity,
)
from banyan.pay.paygifts.types import (
    Activity,
    ActivityCreated,
    ActivityId,
    ActivityPayee,
    ActivityTerminated,
    GiftGiven,
)

ROOM = Room(
    name="paygifts",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        create_activity,
        terminate_activity,
        add_payees,
        delete_payees,
        read_activity,
        list_activities,
        list_activity_payees,
    ),
    events=(ActivityCreated, ActivityTerminated, GiftGiven),
    invariants=INVARIANTS,
    followers=FOLLOWERS,
)

__all__ = (
    "ROOM",
    "Activities",
    "Activity",
    "ActivityCreated",
    "ActivityId",
    "ActivityPayee",
    "ActivityPayees",
    "ActivityTerminated",
    "AddPayees",
    "CreateActivity",
    "DeletePayees",
    "GiftGiven",
    "ListActivities",
    "ListActivityPayees",
    "ReadActivity",
    "TerminateActivity",
    "add_payees",
    "create_activity",
    "delete_payees",
    "list_activities",
    "list_activity_payees",
    "read_activity",
    "terminate_activity",
)
