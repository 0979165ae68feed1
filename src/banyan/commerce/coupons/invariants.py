"""What always holds of coupons; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="coupons.rows_equal_ledger",
        sql="""
with counted as (
    select campaign_id, case state when 'redeemed' then 603 when 'expired' then 604
        when 'voided' then 606 else 602 end
        as code, count(*) as coupons
    from coupons.coupons
    where state <> 'given'
    group by 1, 2
    union all
    select p.campaign_id, 601, p.budget - (
        select count(*) from coupons.coupons as c
        where c.merchant_id = p.merchant_id and c.campaign_id = p.campaign_id
            and c.origin <> 'gift'
    )
    from coupons.campaigns as p
)
select coalesce(a.book, n.campaign_id) as campaign_id, coalesce(a.code, n.code) as code
from counted as n
full join (
    select book, code, credits_posted - debits_posted as balance
    from ledger.accounts
    where code in (601, 602, 603, 604, 606)
) as a on n.campaign_id = a.book and n.code = a.code
where coalesce(n.coupons, 0) <> coalesce(a.balance, 0)
limit 100
""",
        why="a coupon exists that no campaign paid for, or one was lost",
    ),
    Invariant(
        name="coupons.limits_kept",
        sql="""
select c.merchant_id, c.campaign_id, c.member_id
from coupons.coupons as c
inner join coupons.campaigns as p
    on c.merchant_id = p.merchant_id and c.campaign_id = p.campaign_id
group by c.merchant_id, c.campaign_id, c.member_id, p.per_person_limit
having max(c.ordinal) <> count(*)
limit 100
""",
        why="somebody's coupons are not counted one after another, so the limit would not hold",
    ),
    Invariant(
        name="coupons.held_by_members",
        sql="""
select c.merchant_id, c.coupon_id
from coupons.coupons as c
left join members.members as m on c.merchant_id = m.merchant_id and c.member_id = m.member_id
where m.person_id is distinct from c.person_id
limit 100
""",
        why="a coupon is in the hands of somebody who is not that member",
    ),
)
