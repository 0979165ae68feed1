"""What always holds of articles; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="articles.readings_counted",
        sql="""
with counted as (
    select channel_id, article_id, place, sum(readings_count) as reads, count(*) as readers
    from articles.readers
    group by channel_id, article_id, place
)
select channel_id, article_id, place
from articles.tallies as t
full join counted as c using (channel_id, article_id, place)
where coalesce(t.reads_count, 0) <> coalesce(c.reads, 0)
    or coalesce(t.readers_count, 0) <> coalesce(c.readers, 0)
limit 100
""",
        why="an article does not say how often it was read",
    ),
    Invariant(
        name="articles.marks_counted",
        sql="""
with counted as (
    select channel_id, article_id, place, count(*) filter (where mark = 'like') as likes,
        count(*) filter (where mark = 'favourite') as favourites
    from articles.marks
    group by channel_id, article_id, place
)
select channel_id, article_id, place
from articles.tallies as t
full join counted as c using (channel_id, article_id, place)
where coalesce(t.likes_count, 0) <> coalesce(c.likes, 0)
    or coalesce(t.favourites_count, 0) <> coalesce(c.favourites, 0)
limit 100
""",
        why="an article does not say how many like it",
    ),
)
