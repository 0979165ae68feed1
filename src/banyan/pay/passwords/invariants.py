"""What always holds of pay passwords; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="passwords.proofs_have_a_password",
        sql="""
select r.person_id
from passwords.proofs as r
left join passwords.passwords as p on p.person_id = r.person_id
where p.person_id is null
limit 100
""",
        why="somebody proved a password that they do not have",
    ),
    Invariant(
        name="passwords.hashed",
        sql="""
select person_id
from passwords.passwords
where hash not like '$argon2id$%'
limit 100
""",
        why="a password is kept in another form than the slow hash",
    ),
)
