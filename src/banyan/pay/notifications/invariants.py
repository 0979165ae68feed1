"""What always holds of notifications; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="notifications.attempt_of_notification",
        sql="""
select a.merchant_id, a.notification_id
from notifications.attempts a
left join notifications.notifications n
    on n.merchant_id = a.merchant_id and n.notification_id = a.notification_id
where n.notification_id is null or a.number > n.tries
limit 100
""",
        why="a try was made that nobody had taken the notification for",
    ),
    Invariant(
        name="notifications.told_was_taken",
        sql="""
select n.merchant_id, n.notification_id
from notifications.notifications n
where n.state = 'told' and not exists (
    select from notifications.attempts a
    where a.merchant_id = n.merchant_id and a.notification_id = n.notification_id
        and a.outcome = 'taken'
)
limit 100
""",
        why="a merchant counts as told though its server never took it",
    ),
)
