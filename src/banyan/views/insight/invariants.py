"""What must hold of the exported files at every instant: queries that return no rows."""

from banyan.books.room import Invariant
from banyan.views.insight.kinds import KINDS

_kinds = ", ".join(f"'{kind}'" for kind in KINDS)

INVARIANTS = (
    Invariant(
        name="insight.each_fact_once",
        sql=f"""
with exported as (
    select lane, sum(rows_count) as rows_count
    from insight.parts
    group by lane
),

passed as (
    select e.lane, count(*) as facts_count
    from journal.events as e
    inner join journal.cursors as c on e.lane = c.lane and e.number <= c.last_number
    where c.follower = 'insight.export' and e.kind in ({_kinds})
    group by e.lane
)

select p.lane, p.facts_count, x.rows_count
from passed as p
full join exported as x on p.lane = x.lane
where p.facts_count is distinct from x.rows_count
""",
        why="A fact that the export has passed is in no file, or in two.",
    ),
    Invariant(
        name="insight.parts_do_not_overlap",
        sql="""
select a.lane, a.first_number, b.first_number as other_number
from insight.parts as a
inner join insight.parts as b
    on a.lane = b.lane and a.first_number < b.first_number and b.first_number <= a.last_number
limit 100
""",
        why="Two files hold the same stretch of a lane.",
    ),
)
