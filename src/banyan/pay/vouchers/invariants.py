"""What always holds of vouchers, and what explains their money."""

from banyan.books.room import Invariant, Money

INVARIANTS = (
    Invariant(
        name="vouchers.rows_equal_ledger",
        sql="""
with counted as (
    select stock_id, case state when 'held' then 702 when 'used' then 703 else 704 end as code,
        count(*) as vouchers
    from vouchers.vouchers
    group by 1, 2
    union all
    select b.stock_id, 701, s.max_count - b.sent_count
    from vouchers.budgets as b
    inner join vouchers.stocks as s on b.merchant_id = s.merchant_id and b.stock_id = s.stock_id
    where s.stopped_at is null
)
select coalesce(a.book, n.stock_id) as stock_id, coalesce(a.code, n.code) as code
from counted as n
full join (
    select book, code, credits_posted - debits_posted as balance
    from ledger.accounts
    where code in (701, 702, 703, 704)
) as a on n.stock_id = a.book and n.code = a.code
where coalesce(n.vouchers, 0) <> coalesce(a.balance, 0)
limit 100
""",
        why="a voucher exists that no stock paid for, or one was lost",
    ),
    Invariant(
        name="vouchers.limits_kept",
        sql="""
select s.merchant_id, s.stock_id
from vouchers.stocks as s
inner join vouchers.budgets as b on s.merchant_id = b.merchant_id and s.stock_id = b.stock_id
left join (
    select stock_id, count(*) as vouchers, max(ordinal) as ordinal
    from vouchers.vouchers
    group by stock_id
) as v on s.stock_id = v.stock_id
where b.sent_count <> coalesce(v.vouchers, 0) or b.sent_count > s.max_count
    or coalesce(v.ordinal, 0) > s.max_by_person
    or (s.max_by_day > 0 and b.day_count > s.max_by_day)
limit 100
""",
        why="a stock gave out more than it may",
    ),
    Invariant(
        name="vouchers.used_once",
        sql="""
select v.person_id, v.voucher_id
from vouchers.vouchers as v
left join (
    select voucher_id, sum(case when refunded_fen < amount_fen then 1 else 0 end) as open_uses
    from vouchers.uses
    group by voucher_id
) as u on v.voucher_id = u.voucher_id
where coalesce(u.open_uses, 0) > case v.state when 'used' then 1 else 0 end
limit 100
""",
        why="one voucher took money off two payments",
    ),
    Invariant(
        name="vouchers.funds_cover_what_is_held",
        sql="""
select s.stock_id
from vouchers.stocks as s
inner join ledger.accounts as f on f.owner = s.stock_id and f.code = 711
inner join ledger.accounts as h on h.book = s.stock_id and h.code = 702
where f.credits_posted - f.debits_posted
    < s.amount_fen * (h.credits_posted - h.debits_posted)
limit 100
""",
        why="somebody holds a voucher that nobody could pay",
    ),
)

MONEY = (
    Money(
        name="vouchers.funded",
        sql="""
            select 'CNY', side.code, side.owner, side.amount_fen
            from vouchers.stocks as s
            cross join lateral (
                values (711, s.stock_id, s.funded_fen - s.returned_fen), (
                    case when s.merchant_id = 0 then 107 else 102 end, s.merchant_id,
                    s.returned_fen - s.funded_fen
                )
            ) as side (code, owner, amount_fen)
            where s.funded_fen > 0
        """,
    ),
    Money(
        name="vouchers.uses",
        sql="""
            select 'CNY', side.code, side.owner, side.amount_fen
            from vouchers.uses as u
            cross join lateral (
                values (711, u.stock_id, -u.amount_fen), (106, u.paid_merchant_id, u.amount_fen)
            ) as side (code, owner, amount_fen)
            where u.is_cash
        """,
    ),
    Money(
        name="vouchers.refunds",
        sql="""
            select 'CNY', side.code, side.owner, side.amount_fen
            from vouchers.use_refunds as r
            inner join vouchers.uses as u on r.merchant_id = u.merchant_id and r.use_id = u.use_id
            cross join lateral (
                values (r.source_code, u.paid_merchant_id, -r.amount_fen), (
                    case
                        when r.is_to_fund then 711 when r.merchant_id = 0 then 107 else 102
                    end,
                    case when r.is_to_fund then r.stock_id else r.merchant_id end,
                    r.amount_fen
                )
            ) as side (code, owner, amount_fen)
            where u.is_cash
        """,
    ),
)
