"""What always holds of originals and complaints; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="originals.works_are_published",
        sql="""
select w.channel_id, w.publish_number, w.place
from originals.works as w
left join articles.publications as p
    on w.channel_id = p.channel_id and w.publish_number = p.publish_number
where p.published_at is null or p.article_id <> w.article_id
limit 100
""",
        why="others' articles are compared with what nobody published",
    ),
    Invariant(
        name="originals.decided_when",
        sql="""
select complaint_id
from originals.complaints
where (state = 'waiting') <> (decided_at is null)
limit 100
""",
        why="a complaint was decided at no time, or has a time and waits",
    ),
    Invariant(
        name="originals.complained_of_originals",
        sql="""
select c.complaint_id
from originals.complaints as c
left join originals.works as w
    on
        c.channel_id = w.channel_id and c.publish_number = w.publish_number
        and c.place = w.place
where w.declared_at is null
limit 100
""",
        why="somebody complained about copies of what they never called their own",
    ),
)
