"""What always holds of the Wi-Fi of stores; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="hotspots.networks_have_routers",
        sql="""
select n.channel_id, n.store_id, n.ssid
from hotspots.networks as n
where not exists(
    select 1 from hotspots.routers as r
    where r.channel_id = n.channel_id and r.store_id = n.store_id and r.ssid = n.ssid
)
limit 100
""",
        why="a network is offered that no router spans",
    ),
)
