"""What must always hold of shares, and what explains the money that they moved."""

from banyan.books.room import Invariant, Money

INVARIANTS = (
    Invariant(
        name="split.pools_hold_what_waits",
        sql="""
            select c.merchant_id, c.charge_id
            from charges.charges as c
            left join (
                select merchant_id, charge_id, sum(pool_fen) as fen
                from charges.refunds
                group by merchant_id, charge_id
            ) as r on r.merchant_id = c.merchant_id and r.charge_id = c.charge_id
            left join (
                select s.merchant_id, s.charge_id, sum(s.unfrozen_fen + coalesce(p.fen, 0)) as fen
                from split.sharings as s
                left join (
                    select merchant_id, sharing_id, sum(amount_fen) as fen
                    from split.parts
                    where state = 'done'
                    group by merchant_id, sharing_id
                ) as p on p.merchant_id = s.merchant_id and p.sharing_id = s.sharing_id
                group by s.merchant_id, s.charge_id
            ) as s on s.merchant_id = c.merchant_id and s.charge_id = c.charge_id
            left join (
                select merchant_id, charge_id, sum(amount_fen) as fen
                from split.returns
                where is_pooled
                group by merchant_id, charge_id
            ) as b on b.merchant_id = c.merchant_id and b.charge_id = c.charge_id
            left join (
                select merchant_id, charge_id,
                    sum(case when is_return then -amount_fen else amount_fen end) as fen
                from split.subsidies
                where is_pooled
                group by merchant_id, charge_id
            ) as u on u.merchant_id = c.merchant_id and u.charge_id = c.charge_id
            where c.paid_at is not null
                and c.unsplit_fen <> case when c.is_shared
                    then c.total_fen - c.discount_fen - c.fee_fen - coalesce(r.fen, 0)
                        - coalesce(s.fen, 0) + coalesce(b.fen, 0) + coalesce(u.fen, 0)
                    else 0 end
            limit 100
        """,
        why="What waits to be shared is what came less what went, charge by charge.",
    ),
    Invariant(
        name="split.nothing_waits_when_it_is_over",
        sql="""
            select p.merchant_id, p.charge_id
            from split.pools as p
            inner join charges.charges as c
                on c.merchant_id = p.merchant_id and c.charge_id = p.charge_id
            where p.over_at is not null and c.unsplit_fen <> 0
            limit 100
        """,
        why="When sharing is over the rest is the merchant's.",
    ),
    Invariant(
        name="split.pools_count_what_was_shared",
        sql="""
            select p.merchant_id, p.charge_id
            from split.pools as p
            left join split.sharings as s
                on s.merchant_id = p.merchant_id and s.charge_id = p.charge_id
            left join split.parts as o
                on o.merchant_id = s.merchant_id and o.sharing_id = s.sharing_id
                and o.state = 'done'
            group by p.merchant_id, p.charge_id, p.shared_fen, p.returned_fen
            having coalesce(sum(o.amount_fen), 0) <> p.shared_fen
                or coalesce(sum(o.returned_fen), 0) <> p.returned_fen
            limit 100
        """,
        why="How much may still be shared is told by what was.",
    ),
    Invariant(
        name="split.parts_know_what_came_back",
        sql="""
            select p.merchant_id, p.part_id
            from split.parts as p
            left join split.returns as r
                on r.merchant_id = p.merchant_id and r.sharing_id = p.sharing_id
                and r.part_id = p.part_id
            group by p.merchant_id, p.part_id, p.returned_fen
            having coalesce(sum(r.amount_fen), 0) <> p.returned_fen
            limit 100
        """,
        why="No receiver gives back more than it got.",
    ),
)

MONEY = (
    Money(
        name="split.parts",
        sql="""
            select c.currency, side.code, side.owner, side.amount_fen
            from split.parts as p
            inner join split.sharings as s
                on s.merchant_id = p.merchant_id and s.sharing_id = p.sharing_id
            inner join charges.charges as c
                on c.merchant_id = s.merchant_id and c.charge_id = s.charge_id
            cross join lateral (
                values (108, p.merchant_id, -p.amount_fen),
                (case p.kind when 'person' then 101 else 102 end, p.receiver_id, p.amount_fen)
            ) as side (code, owner, amount_fen)
            where p.state = 'done'
        """,
    ),
    Money(
        name="split.unfrozen",
        sql="""
            select c.currency, side.code, s.merchant_id, side.amount_fen
            from split.sharings as s
            inner join charges.charges as c
                on c.merchant_id = s.merchant_id and c.charge_id = s.charge_id
            cross join lateral (
                values (108, -s.unfrozen_fen), (106, s.unfrozen_fen)
            ) as side (code, amount_fen)
        """,
    ),
    Money(
        name="split.returns",
        sql="""
            select c.currency, side.code, side.owner, side.amount_fen
            from split.returns as r
            inner join charges.charges as c
                on c.merchant_id = r.merchant_id and c.charge_id = r.charge_id
            cross join lateral (
                values (102, r.payer_id, -r.amount_fen),
                (case when r.is_pooled then 108 else 106 end, r.merchant_id, r.amount_fen)
            ) as side (code, owner, amount_fen)
        """,
    ),
    Money(
        name="split.subsidies",
        sql="""
            select c.currency, side.code, side.owner, side.amount_fen
            from split.subsidies as u
            inner join charges.charges as c
                on c.merchant_id = u.merchant_id and c.charge_id = u.charge_id
            cross join lateral (
                select case when u.is_return then -u.amount_fen else u.amount_fen end as fen
            ) as n
            cross join lateral (
                values (102, u.provider_id, -n.fen),
                (case when u.is_pooled then 108 else 102 end, u.merchant_id, n.fen)
            ) as side (code, owner, amount_fen)
        """,
    ),
)
