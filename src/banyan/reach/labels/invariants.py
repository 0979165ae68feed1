"""What always holds of tags; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="labels.counts_equal_tagged",
        sql="""
with counted as (
    select channel_id, tag_id, count(*) as count from labels.tagged group by channel_id, tag_id
)
select t.channel_id, t.tag_id
from labels.tags as t
left join counted as c on t.channel_id = c.channel_id and t.tag_id = c.tag_id
where t.followers_count <> coalesce(c.count, 0)
limit 100
""",
        why="a tag does not say how many followers have it",
    ),
    Invariant(
        name="labels.labelled_equal_tagged",
        sql="""
with counted as (
    select channel_id, count(distinct openid) as count from labels.tagged group by channel_id
)
select b.channel_id
from labels.books as b
left join counted as c on b.channel_id = c.channel_id
where b.labelled_count <> coalesce(c.count, 0)
limit 100
""",
        why="an account does not know how many of its followers have a tag",
    ),
    Invariant(
        name="labels.tagged_follow",
        sql="""
select t.channel_id, t.openid
from labels.tagged as t
left join channels.followers as f on t.channel_id = f.channel_id and t.openid = f.openid
where f.state is distinct from 'following'
limit 100
""",
        why="somebody has a tag of an account that they do not follow",
    ),
)
