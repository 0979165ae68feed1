"""The books' own sweeps: they keep up with whatever has piled up."""

from banyan.books.office import Office
from banyan.books.rooms import ANSWERS
from banyan.books.timers.run import run_due

_pile = """
insert into answers.answers (actor_id, key, operation, request_digest, answer, answered_at)
select 1, number::text, 'test.ask', '', '', now() - make_interval(days => $2)
from generate_series(1, $1::int) as number
"""


async def test_old_answers_go_without_a_pause_between(office: Office) -> None:
    """A sweep that was full comes again at once; the answers of this week stay."""
    async with office.pool.acquire() as db:
        await db.execute(_pile, 1_200, 8)
        await db.execute(_pile.replace("select 1,", "select 2,"), 3, 6)
    async with office.begin() as work:
        work.later("answers.forget", 0, work.now)
    for _ in range(4):
        await run_due(office, ANSWERS.timers)
    async with office.pool.acquire() as db:
        assert await db.fetchval("select count(*) from answers.answers") == 3
