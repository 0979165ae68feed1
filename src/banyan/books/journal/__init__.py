"""journal: what happened, appended in the same transaction and numbered without gaps."""

from banyan.books.journal.record import lane_of, record_facts
from banyan.books.journal.types import LANES, Event, Fact, Follower

__all__ = ["LANES", "Event", "Fact", "Follower", "lane_of", "record_facts"]
