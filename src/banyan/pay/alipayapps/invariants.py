"""What always holds of apps; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="alipayapps.sellers_numbered",
        sql="""
select a.merchant_id, a.app_id from alipayapps.apps as a
left join alipayapps.sellers as s on s.merchant_id = a.merchant_id
where s.seller_id is null
""",
        why="a merchant has an app and no seller's number, so that its programs could not be told",
    ),
    Invariant(
        name="alipayapps.mandates_of_others",
        sql="""
select m.app_id, m.merchant_id from alipayapps.mandates as m
inner join alipayapps.apps as a on a.app_id = m.app_id
where a.merchant_id = m.merchant_id
""",
        why="an app needs nobody's leave to act for its own merchant",
    ),
)
