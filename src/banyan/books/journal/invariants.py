"""What must hold of the journal at every instant: queries that return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="journal.no_gaps",
        sql="""
                select l.lane
                from journal.lanes l
                left join journal.events e on e.lane = l.lane
                group by l.lane, l.last_number
                having count(e.number) <> l.last_number
                    or coalesce(max(e.number), 0) <> l.last_number
            """,
        why="Followers remember one number a lane: a gap would hide a fact from them.",
    ),
    Invariant(
        name="journal.cursors_within_lanes",
        sql="""
                select c.follower, c.lane
                from journal.cursors c
                inner join journal.lanes l on l.lane = c.lane
                where c.last_number > l.last_number
            """,
        why="Nobody can have read what was not written.",
    ),
)
