"""What must always hold of codes and sessions."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="sessions.people_exist",
        sql="""
            select s.session_id, s.person_id
            from sessions.sessions as s
            left join people.people as p on p.person_id = s.person_id
            where p.joined_at is null
        """,
        why="A session is of a person who exists and has joined.",
    ),
    Invariant(
        name="sessions.sessions_end",
        sql="""
            select s.session_id
            from sessions.sessions as s
            left join timers.timers as t
                on t.subject = s.session_id and t.kind = 'sessions.expire_session'
            where t.subject is null
        """,
        why="A timer waits for the end of every session.",
    ),
)
