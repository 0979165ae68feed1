"""What always holds of comments; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="comments.elected_counted",
        sql="""
with counted as (
    select channel_id, publish_number, place, count(*) as elected
    from comments.comments
    where is_elected
    group by channel_id, publish_number, place
)
select t.channel_id, t.publish_number, t.place
from comments.threads as t
left join counted as c using (channel_id, publish_number, place)
where t.elected_count <> coalesce(c.elected, 0)
limit 100
""",
        why="an article does not know how many of its comments everybody sees",
    ),
    Invariant(
        name="comments.likes_counted",
        sql="""
with counted as (
    select channel_id, publish_number, place, comment_number, count(*) as likes
    from comments.likes
    group by channel_id, publish_number, place, comment_number
)
select c.channel_id, c.publish_number, c.place, c.comment_number
from comments.comments as c
left join counted as n using (channel_id, publish_number, place, comment_number)
where c.likes_count <> coalesce(n.likes, 0)
limit 100
""",
        why="a comment does not say how many like it",
    ),
    Invariant(
        name="comments.of_articles",
        sql="""
select t.channel_id, t.publish_number, t.place
from comments.threads as t
left join articles.publications as p using (channel_id, publish_number)
where p.article_id is distinct from t.article_id
limit 100
""",
        why="somebody commented on what was never published",
    ),
)
