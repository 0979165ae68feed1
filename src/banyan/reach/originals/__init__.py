"""Who wrote something first: originals, copies of them, and complaints about these."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.originals.complain import (
    Complain,
    Complaints,
    DecideComplaint,
    ListComplaints,
    ListWaitingComplaints,
    complain,
    decide_complaint,
    list_complaints,
    list_waiting_complaints,
)
from banyan.reach.originals.declare import (
    DeclareOriginal,
    ListWorks,
    Works,
    declare_original,
    list_works,
)
from banyan.reach.originals.find_copies import address_of, find_copies, find_evidence
from banyan.reach.originals.invariants import INVARIANTS
from banyan.reach.originals.ports import PORTS
from banyan.reach.originals.reactions import FOLLOWERS
from banyan.reach.originals.types import (
    Complaint,
    ComplaintDecided,
    ComplaintId,
    ComplaintMade,
    ComplaintState,
    Copy,
    OriginalDeclared,
    Published,
)

ROOM = Room(
    name="originals",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        declare_original,
        list_works,
        complain,
        list_complaints,
        list_waiting_complaints,
        decide_complaint,
    ),
    events=(OriginalDeclared, ComplaintMade, ComplaintDecided),
    followers=FOLLOWERS,
    invariants=INVARIANTS,
)

__all__ = (
    "PORTS",
    "ROOM",
    "Complain",
    "Complaint",
    "ComplaintDecided",
    "ComplaintId",
    "ComplaintMade",
    "ComplaintState",
    "Complaints",
    "Copy",
    "DecideComplaint",
    "DeclareOriginal",
    "ListComplaints",
    "ListWaitingComplaints",
    "ListWorks",
    "OriginalDeclared",
    "Published",
    "Works",
    "address_of",
    "complain",
    "decide_complaint",
    "declare_original",
    "find_copies",
    "find_evidence",
    "list_complaints",
    "list_waiting_complaints",
    "list_works",
)
