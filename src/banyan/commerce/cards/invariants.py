"""What always holds of cards; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="cards.codes_equal_coupons",
        sql="""
select p.merchant_id, c.coupon_id, h.code
from cards.cards as p
inner join coupons.coupons as c
    on p.merchant_id = c.merchant_id and p.campaign_id = c.campaign_id
full join cards.codes as h
    on c.merchant_id = h.merchant_id and c.coupon_id = h.coupon_id
where (h.coupon_id is null or h.coupon_id <> 0)
    and (h.code is null or c.coupon_id is null or h.person_id <> c.person_id
        or (h.state = 'given') <> (c.state = 'given')
        or (h.state in ('discarded', 'unavailable')) <> (c.state = 'voided'))
limit 100
""",
        why="a card in somebody's hands and the coupon behind it do not agree",
    ),
    Invariant(
        name="cards.rows_equal_ledger",
        sql="""
with counted as (
    select k.card_id, case when h.state in ('held', 'gifting') then 652 else 653 end as code,
        count(*) as cards
    from cards.cards as k
    inner join cards.codes as h on k.merchant_id = h.merchant_id and k.card_id = h.card_id
    where k.campaign_id = 0
    group by 1, 2
    union all
    select k.card_id, 651, k.budget - (
        select count(*) from cards.codes as h
        where h.merchant_id = k.merchant_id and h.card_id = k.card_id
    )
    from cards.cards as k
    where k.campaign_id = 0
)
select coalesce(a.book, n.card_id) as card_id, coalesce(a.code, n.code) as code
from counted as n
full join (
    select book, code, credits_posted - debits_posted as balance
    from ledger.accounts
    where code between 651 and 653
) as a on n.card_id = a.book and n.code = a.code
where coalesce(n.cards, 0) <> coalesce(a.balance, 0)
limit 100
""",
        why="a member card exists that its stock does not know of, or one was lost",
    ),
    Invariant(
        name="cards.held_by_members",
        sql="""
select h.merchant_id, h.code
from cards.codes as h
left join members.members as m on h.merchant_id = m.merchant_id and h.member_id = m.member_id
where m.person_id is distinct from h.person_id
limit 100
""",
        why="a card is in the hands of somebody who is not that member",
    ),
)
