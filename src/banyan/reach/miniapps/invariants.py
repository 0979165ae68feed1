"""What always holds of mini programs; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="miniapps.released_was_approved",
        sql="""
select r.channel_id, r.release_id
from miniapps.releases as r
where not exists(
    select 1 from miniapps.audits as a
    where a.channel_id = r.channel_id and a.version_id = r.version_id and a.state = 'released'
)
limit 100
""",
        why="people have code of a mini program that no audit approved",
    ),
    Invariant(
        name="miniapps.released_is_known",
        sql="""
select a.channel_id
from miniapps.apps as a
left join miniapps.releases as r
    on a.channel_id = r.channel_id and a.release_id = r.release_id
where a.release_id > 0 and r.release_id is null
limit 100
""",
        why="a mini program is open with code that nobody has",
    ),
    Invariant(
        name="miniapps.numbers_ascend",
        sql="""
select a.channel_id
from miniapps.apps as a
where a.last_audit_id < coalesce((
    select max(b.audit_id) from miniapps.audits as b where b.channel_id = a.channel_id
), 0)
or a.last_release_id < coalesce((
    select max(r.release_id) from miniapps.releases as r where r.channel_id = a.channel_id
), 0)
limit 100
""",
        why="a number of an audit or a release could be given twice",
    ),
)
