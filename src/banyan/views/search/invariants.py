"""What always holds of the index; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="search.articles_published",
        sql="""
select a.channel_id, a.article_id, a.place
from search.articles as a
left join articles.publications as p
    on a.channel_id = p.channel_id and a.article_id = p.article_id
where p.published_at is null
limit 100
""",
        why="somebody may find what was never published",
    ),
)
