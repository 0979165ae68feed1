"""What always holds of sends; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="campaigns.each_member_once",
        sql="""
select s.merchant_id, s.send_id
from campaigns.sends as s
left join broadcasts.deliveries as d on s.message_id = d.message_id
group by s.merchant_id, s.send_id, s.audience_count
having count(d.openid) <> s.audience_count
limit 100
""",
        why="a member of the segment was left out, or got the message twice",
    ),
    Invariant(
        name="campaigns.granted_equals_coupons",
        sql="""
select s.merchant_id, s.send_id
from campaigns.sends as s
left join coupons.coupons as c on s.merchant_id = c.merchant_id and s.send_id = c.origin_id
group by s.merchant_id, s.send_id, s.granted_count
having count(c.coupon_id) <> s.granted_count
limit 100
""",
        why="the report counts coupons that nobody got, or leaves some out",
    ),
    Invariant(
        name="campaigns.delivered_is_sent",
        sql="""
select s.merchant_id, s.send_id
from campaigns.sends as s
left join broadcasts.messages as m
    on s.merchant_id = m.merchant_id and s.message_id = m.message_id
where m.message_id is null or (s.state = 'delivered') <> (m.finished_at is not null)
limit 100
""",
        why="a send and its message do not agree on whether it is over",
    ),
)
