"""What always holds of red packets, and what explains their money."""

from banyan.books.room import Invariant, Money

INVARIANTS = (
    Invariant(
        name="redpackets.all_is_given_or_there",
        sql="""
            select p.packet_id
            from redpackets.packets as p
            left join ledger.accounts as a on a.owner = p.packet_id and a.code = 901
            where (select sum(share) from unnest(p.shares) as share) <> p.total_fen
                or coalesce(a.credits_posted, 0) <> p.total_fen
                or coalesce(a.credits_posted - a.debits_posted, 0)
                <> p.total_fen - p.taken_fen - p.refunded_fen
                or (p.state <> 'open' and p.taken_fen + p.refunded_fen <> p.total_fen)
                or (p.state = 'taken') <> (p.taken_count = p.count)
            limit 100
        """,
        why="What was set aside is what was given, went back, or is still in the packet.",
    ),
    Invariant(
        name="redpackets.shares_are_unique",
        sql="""
            select p.packet_id
            from redpackets.packets as p
            left join (
                select packet_id, count(*) as count, sum(amount_fen) as taken_fen,
                    max(place) as last_place, count(distinct person_id) as people
                from redpackets.takings
                group by packet_id
            ) as t on t.packet_id = p.packet_id
            where coalesce(t.count, 0) <> p.taken_count
                or coalesce(t.taken_fen, 0) <> p.taken_fen
                or coalesce(t.last_place, 0) <> p.taken_count
                or coalesce(t.people, 0) <> p.taken_count
            limit 100
        """,
        why="Each share was given once, in line, and to somebody else.",
    ),
    Invariant(
        name="redpackets.shares_are_as_drawn",
        sql="""
            select t.packet_id, t.place
            from redpackets.takings as t
            left join redpackets.packets as p on p.packet_id = t.packet_id
            where t.amount_fen is distinct from p.shares[t.place]
            limit 100
        """,
        why="Who took a share got what was drawn for its place when the packet was sent.",
    ),
)

MONEY = (
    Money(
        name="redpackets.packets",
        sql="""
            select p.currency, side.code, side.owner, side.amount_fen
            from redpackets.packets as p
            cross join lateral (
                values (
                    case p.person_id when 0 then 102 else 101 end, p.person_id + p.merchant_id,
                    p.refunded_fen - p.total_fen
                ), (
                    901, p.packet_id, p.total_fen - p.taken_fen - p.refunded_fen
                )
            ) as side (code, owner, amount_fen)
        """,
    ),
    Money(
        name="redpackets.takings",
        sql="""
            select p.currency, 101, t.person_id, t.amount_fen
            from redpackets.takings as t
            inner join redpackets.packets as p on p.packet_id = t.packet_id
        """,
    ),
)
