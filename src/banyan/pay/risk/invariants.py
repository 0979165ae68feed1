"""What always holds of what was decided; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="risk.explained",
        sql="""
select person_id, decision_id
from risk.decisions
where action <> 'allow' and hits = '[]'::jsonb
limit 100
""",
        why="somebody was stopped and nobody can say why",
    ),
    Invariant(
        name="risk.versions_in_a_row",
        sql="""
select max(version) as newest, count(*) as versions
from risk.rule_sets
having coalesce(max(version), 0) <> count(*)
""",
        why="rules are gone by which something was decided",
    ),
)
