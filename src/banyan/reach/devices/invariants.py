"""What always holds of devices; each statement must return no rows."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="devices.quotas_count_devices",
        sql="""
with counted as (
    select channel_id, product_id, count(*) as count
    from devices.devices
    group by channel_id, product_id
)
select p.channel_id, p.product_id
from devices.products as p
left join counted as c on p.channel_id = c.channel_id and p.product_id = c.product_id
where p.used_count <> coalesce(c.count, 0)
limit 100
""",
        why="a product does not know how many devices it has",
    ),
    Invariant(
        name="devices.people_are_counted",
        sql="""
with counted as (
    select channel_id, device_id, count(*) as count
    from devices.bindings
    group by channel_id, device_id
)
select d.channel_id, d.device_id
from devices.devices as d
left join counted as c on d.channel_id = c.channel_id and d.device_id = c.device_id
where d.people_count <> coalesce(c.count, 0)
limit 100
""",
        why="a device does not know to how many people it is bound",
    ),
    Invariant(
        name="devices.bound_are_usable",
        sql="""
select b.channel_id, b.device_id
from devices.bindings as b
join devices.devices as d on b.channel_id = d.channel_id and b.device_id = d.device_id
where d.product_id = 0 or d.attributes is null
limit 100
""",
        why="somebody has a device that is not authorised, or that nobody knows how to reach",
    ),
)
