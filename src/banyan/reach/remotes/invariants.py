"""What must always hold of accounts at the real WeChat."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="remotes.people_are_followers",
        why="whoever is known at WeChat under an openid is known here under the same",
        sql="""
            select p.channel_id, p.openid
            from remotes.people p
            left join channels.followers f
                on p.channel_id = f.channel_id and p.openid = f.openid
            where f.person_id is distinct from p.person_id
        """,
    ),
    Invariant(
        name="remotes.errands_have_account",
        why="nothing waits to be asked in the name of an account that acts here alone",
        sql="""
            select e.channel_id, e.errand_id
            from remotes.errands e
            left join remotes.accounts a on e.channel_id = a.channel_id
            where e.state = 'waiting' and a.channel_id is null
        """,
    ),
)
