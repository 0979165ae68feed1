"""What always holds of members; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="members.have_a_tier",
        sql="""
select m.merchant_id, m.member_id
from members.members as m
where not exists (
    select 1 from members.tiers as t where t.merchant_id = m.merchant_id and t.threshold_fen = 0
)
limit 100
""",
        why="a member of a merchant without tiers could not be priced",
    ),
    Invariant(
        name="members.tiers_ascend",
        sql="""
select merchant_id, tier_no
from (
    select merchant_id, tier_no, threshold_fen,
        lag(threshold_fen) over (partition by merchant_id order by tier_no) as before_fen,
        lag(tier_no) over (partition by merchant_id order by tier_no) as before_no
    from members.tiers
) as t
where threshold_fen <= before_fen or tier_no <> coalesce(before_no, 0) + 1
limit 100
""",
        why="which tier spending leads to would not be plain",
    ),
    Invariant(
        name="members.have_points_accounts",
        sql="""
select m.merchant_id, m.member_id
from members.members as m
left join ledger.accounts as a
    on m.merchant_id = a.book and m.member_id = a.owner and a.code = 501
where a.account_id is null
limit 100
""",
        why="points that a member earns would have nowhere to go",
    ),
)
