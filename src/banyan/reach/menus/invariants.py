"""What always holds of menus for some followers; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="menus.beside_a_default",
        sql="""
select m.channel_id, m.menu_number
from menus.menus as m
left join channels.menus as d on m.channel_id = d.channel_id
where d.channel_id is null
limit 100
""",
        why="some followers have a menu where the others have none",
    ),
    Invariant(
        name="menus.numbers_counted",
        sql="""
select m.channel_id, m.menu_number
from menus.menus as m
left join menus.holders as h on m.channel_id = h.channel_id
where m.menu_number > coalesce(h.last_number, 0)
limit 100
""",
        why="a number could be given to two menus",
    ),
)
