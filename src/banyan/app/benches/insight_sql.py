"""The reports as somebody would write them by hand in DuckDB's SQL: the yardstick of `insight`.

`$merchant`, `$ahead` (the clock), `$day` and `$week` (all in microseconds) and `$today` (days since
1970) are filled in.
"""

FUNNEL = """
with orders as (
    select
        person_id,
        max(at_us) filter (kind = 'orders.placed') as placed_us,
        bool_or(kind = 'orders.paid') as is_paid
    from events
    where merchant_id = $merchant and kind in ('orders.placed', 'orders.paid') and person_id <> 0
    group by person_id, order_id
    having placed_us is not null
),
buyers as (
    select
        person_id,
        max(placed_us) as ordered_us,
        max(placed_us, 2) filter (is_paid) as latest_us
    from orders
    group by person_id
),
badges as (
    select
        person_id,
        bool_or(kind = 'channels.followed') as has_followed,
        bool_or(kind = 'members.joined') as is_member
    from events
    where merchant_id = $merchant and kind in ('channels.followed', 'members.joined')
    group by person_id
),
later as (
    select
        person_id, has_followed, is_member, ordered_us,
        latest_us[1] as paid_us, latest_us[2] as came_back_us
    from badges
    left join buyers using (person_id)
),
scanned as (
    select
        code_id, store_id, (at_us + $ahead) // $day as day, person_id,
        count(*) filter (kind = 'places.touched') as touches,
        count(*) filter (kind = 'places.touch_joined') as joined_touches,
        min(at_us) as first_us
    from events
    where merchant_id = $merchant and kind in ('places.touched', 'places.touch_joined')
    group by all
),
steps as (
    select
        code_id, store_id, day,
        sum(touches) as touches,
        sum(case when person_id <> 0 then 1 - joined_touches else touches end) as visitors,
        count(*) filter (person_id <> 0) as people,
        count(*) filter (has_followed) as followed,
        count(*) filter (is_member) as joined,
        count(*) filter (is_member and ordered_us >= first_us) as ordered,
        count(*) filter (is_member and paid_us >= first_us) as paid,
        count(*) filter (is_member and came_back_us >= first_us) as came_back
    from scanned
    left join later using (person_id)
    group by all
),
sales as (
    select kind, at_us, person_id, store_id, code_id, order_id, amount_fen
    from events
    where merchant_id = $merchant and kind in ('orders.paid', 'orders.refunded')
),
lacking as (
    select kind, at_us, person_id, store_id, amount_fen, at_us as came_us
    from sales
    where kind = 'orders.paid' and code_id = 0 and person_id <> 0
    union all
    select r.kind, r.at_us, r.person_id, r.store_id, r.amount_fen, coalesce(p.at_us, r.at_us)
    from sales r
    left join sales p on p.order_id = r.order_id and p.kind = 'orders.paid'
    where r.kind = 'orders.refunded' and r.code_id = 0 and r.person_id <> 0
),
touches as (
    select person_id, at_us, max(code_id) as code_id
    from events
    where merchant_id = $merchant and kind in ('places.touched', 'places.touch_joined')
        and person_id <> 0
        and person_id in (select person_id from sales where code_id = 0)
    group by all
),
coded as (
    select kind, at_us, store_id, code_id, amount_fen
    from sales
    where code_id <> 0 or person_id = 0
    union all
    select
        l.kind, l.at_us, l.store_id,
        case when t.at_us >= l.came_us - $week then t.code_id else 0 end,
        l.amount_fen
    from lacking l
    asof left join touches t on t.person_id = l.person_id and t.at_us <= l.came_us
),
money as (
    select
        code_id, store_id, (at_us + $ahead) // $day as day,
        count(*) filter (kind = 'orders.paid') as orders,
        sum(amount_fen) filter (kind = 'orders.paid') as revenue_fen,
        sum(amount_fen) filter (kind = 'orders.refunded') as refunded_fen
    from coded
    group by all
)
select
    code_id, store_id, day,
    coalesce(touches, 0) as touches, coalesce(visitors, 0) as visitors,
    coalesce(people, 0) as people, coalesce(followed, 0) as followed,
    coalesce(joined, 0) as joined, coalesce(ordered, 0) as ordered,
    coalesce(paid, 0) as paid, coalesce(came_back, 0) as came_back,
    coalesce(orders, 0) as orders, coalesce(revenue_fen, 0) as revenue_fen,
    coalesce(refunded_fen, 0) as refunded_fen
from steps
full join money using (code_id, store_id, day)
order by code_id, store_id, day
limit 10001
"""

OVERVIEW = """
with rows as (
    select
        kind, store_id, (at_us + $ahead) // $day as day, person_id, amount_fen, discount_fen,
        coupon_id, 0 as nth
    from events
    where merchant_id = $merchant and (
        kind in ('orders.refunded', 'members.joined') or kind = 'orders.paid' and person_id = 0
    )
    union all
    select
        kind, store_id, (at_us + $ahead) // $day, person_id, amount_fen, discount_fen,
        coupon_id, row_number() over (partition by person_id order by at_us, number)
    from events
    where merchant_id = $merchant and kind = 'orders.paid' and person_id <> 0
),
people as (
    select
        day, store_id, person_id,
        sum(amount_fen) filter (kind = 'orders.paid') as revenue_fen,
        sum(amount_fen) filter (kind = 'orders.refunded') as refunded_fen,
        count(*) filter (kind = 'orders.paid') as orders,
        max(nth) as nth,
        count(*) filter (kind = 'members.joined') as new_members,
        count(*) filter (kind = 'orders.paid' and coupon_id <> 0) as coupons_redeemed,
        sum(discount_fen) filter (kind = 'orders.paid' and coupon_id <> 0) as coupon_cost_fen
    from rows
    group by all
)
select
    day, store_id,
    coalesce(sum(revenue_fen), 0) as revenue_fen,
    coalesce(sum(refunded_fen), 0) as refunded_fen,
    sum(orders) as orders,
    count(*) filter (nth > 0) as buyers,
    count(*) filter (nth > 1) as repeat_buyers,
    sum(new_members) as new_members,
    sum(coupons_redeemed) as coupons_redeemed,
    coalesce(sum(coupon_cost_fen), 0) as coupon_cost_fen
from people
group by all
order by day, store_id
limit 10001
"""

RECOGNISED = """
select
    (at_us + $ahead) // $day as day, store_id,
    count(*) as orders,
    count(*) filter (person_id <> 0) as known_orders,
    sum(amount_fen) as revenue_fen,
    coalesce(sum(amount_fen) filter (person_id <> 0), 0) as known_fen
from events
where merchant_id = $merchant and kind = 'orders.paid'
group by all
order by day, store_id
limit 10001
"""

RFM = """
with buyers as (
    select
        max((at_us + $ahead) // $day) filter (kind = 'orders.paid') as last_day,
        count(*) filter (kind = 'orders.paid') as orders,
        sum(case when kind = 'orders.paid' then amount_fen else -amount_fen end) as spent_fen
    from events
    where merchant_id = $merchant and kind in ('orders.paid', 'orders.refunded')
        and person_id <> 0
    group by person_id
    having count(*) filter (kind = 'orders.paid') > 0
),
ranked as (
    select
        spent_fen,
        1 + (rank() over (order by last_day) - 1) * 5 // count(*) over () as recency,
        1 + (rank() over (order by orders) - 1) * 5 // count(*) over () as frequency,
        1 + (rank() over (order by spent_fen) - 1) * 5 // count(*) over () as monetary
    from buyers
)
select recency, frequency, monetary, count(*) as people, sum(spent_fen) as spent_fen
from ranked
group by all
order by all
"""

COHORTS = """
with months as (
    select
        person_id, date_trunc('month', make_timestamp(at_us + $ahead)) as month,
        bool_or(kind = 'orders.paid') as has_bought,
        sum(amount_fen) filter (kind = 'orders.paid') as revenue_fen,
        sum(amount_fen) filter (kind = 'orders.refunded') as refunded_fen
    from events
    where merchant_id = $merchant and kind in ('orders.paid', 'orders.refunded')
        and person_id <> 0
    group by all
),
firsts as (
    select *, min(month) filter (has_bought) over (partition by person_id) as first_month
    from months
)
select
    year(first_month) * 12 + month(first_month) - 1 as first_month,
    date_diff('month', firsts.first_month, month) as months_since,
    count(*) filter (has_bought) as buyers,
    coalesce(sum(revenue_fen), 0) as revenue_fen,
    coalesce(sum(refunded_fen), 0) as refunded_fen
from firsts
where month >= firsts.first_month
group by all
order by 1, 2
"""

LIFETIME = """
with firsts as (
    select
        person_id, number, at_us, (at_us + $ahead) // $day as first_day, code_id,
        case when coupon_id <> 0 then discount_fen else 0 end as coupon_fen
    from events
    where merchant_id = $merchant and kind = 'orders.paid' and person_id <> 0
    qualify row_number() over (partition by person_id order by at_us, number) = 1
),
touches as (
    select person_id, at_us, max(code_id) as code_id
    from events
    where merchant_id = $merchant and kind in ('places.touched', 'places.touch_joined')
        and person_id <> 0 and person_id in (select person_id from firsts where code_id = 0)
    group by all
),
buyers as (
    select
        f.person_id as buyer_id, f.first_day, f.coupon_fen,
        case
            when f.code_id <> 0 then f.code_id
            when t.at_us >= f.at_us - $week then t.code_id
            else 0
        end as origin,
        ($today - f.first_day >= 30)::int + ($today - f.first_day >= 90)::int
        + ($today - f.first_day >= 180)::int + ($today - f.first_day >= 360)::int as ripeness
    from firsts f
    asof left join touches t on t.person_id = f.person_id and t.at_us <= f.at_us
),
days as (
    select
        origin, ripeness, (at_us + $ahead) // $day - first_day as age,
        sum(case when kind = 'orders.paid' then amount_fen else -amount_fen end) as net_fen
    from events
    inner join buyers on buyer_id = person_id
    where merchant_id = $merchant and kind in ('orders.paid', 'orders.refunded')
        and person_id <> 0 and (at_us + $ahead) // $day >= first_day
    group by all
),
brought as (
    select
        origin,
        coalesce(sum(net_fen) filter (ripeness > 0 and age < 30), 0) as revenue_30_fen,
        coalesce(sum(net_fen) filter (ripeness > 1 and age < 90), 0) as revenue_90_fen,
        coalesce(sum(net_fen) filter (ripeness > 2 and age < 180), 0) as revenue_180_fen,
        coalesce(sum(net_fen) filter (ripeness > 3 and age < 360), 0) as revenue_360_fen
    from days
    group by origin
),
spends as (
    select
        code_id as origin,
        sum(case when kind = 'insight.spent' then amount_fen else -amount_fen end) as spent_fen
    from events
    where merchant_id = $merchant and kind in ('insight.spent', 'insight.unspent')
    group by code_id
),
won as (
    select
        origin, count(*) as buyers, sum(coupon_fen) as coupon_cost_fen,
        count(*) filter (ripeness > 0) as buyers_30,
        count(*) filter (ripeness > 1) as buyers_90,
        count(*) filter (ripeness > 2) as buyers_180,
        count(*) filter (ripeness > 3) as buyers_360
    from buyers
    group by origin
),
cost as (
    select
        origin, coalesce(buyers, 0) as buyers, coalesce(coupon_cost_fen, 0) as coupon_cost_fen,
        coalesce(spent_fen, 0) as spent_fen, coalesce(buyers_30, 0) as buyers_30,
        coalesce(buyers_90, 0) as buyers_90, coalesce(buyers_180, 0) as buyers_180,
        coalesce(buyers_360, 0) as buyers_360
    from won
    full join spends using (origin)
),
so_far as (
    select
        origin, age,
        sum(sum(net_fen)) over (partition by origin order by age) as brought_fen
    from days
    group by origin, age
),
payback as (
    select s.origin, min(s.age) as payback_day
    from so_far s
    inner join cost c on c.origin = s.origin
    where s.brought_fen >= c.coupon_cost_fen + c.spent_fen
    group by s.origin
)
select
    origin as code_id, buyers, coupon_cost_fen, spent_fen,
    buyers_30, buyers_90, buyers_180, buyers_360,
    coalesce(revenue_30_fen, 0) as revenue_30_fen,
    coalesce(revenue_90_fen, 0) as revenue_90_fen,
    coalesce(revenue_180_fen, 0) as revenue_180_fen,
    coalesce(revenue_360_fen, 0) as revenue_360_fen,
    payback_day
from cost
left join brought using (origin)
left join payback using (origin)
order by origin
limit 10001
"""

HISTORY = """
with visits as (
    select
        i + 1 as number, i // 10 as visit, i % 10 as step,
        hash(i // 10) as chance, hash(i) as own_chance, hash(i // 10 * 2 + (i % 10 >= 7)::int)
            as sale_chance
    from range($first, $last) as r (i)
),
placed as (
    select
        number, visit, step, own_chance, sale_chance,
        case
            when step < 4 then 'places.touched'
            when step = 4 then ['places.touch_joined', 'channels.followed', 'members.joined',
                'coupons.claimed'][1 + (chance % 4)::int]
            when step in (5, 7) then 'orders.placed'
            when step in (6, 8) then 'orders.paid'
            when chance % 500 = 1 then 'insight.spent'
            when chance % 5 = 0 then 'orders.refunded'
            else 'coupons.redeemed'
        end as kind,
        case when step < 5 then own_chance else sale_chance end as who_chance,
        visit * 2 + (step >= 7)::int as sale
    from visits
),
people as (
    select
        *,
        case
            when step = 4 or who_chance % 5 > 0
            then 1000 + (pow(who_chance % 1000003 / 1000003.0, 2) * $people)::bigint * 4096
            else 0
        end as person_id,
        5000 + (who_chance % 300)::bigint * 4096 as some_code
    from placed
)
select
    $lane::smallint as lane, number::bigint as number, kind,
    ($begin_us + number * $apart_us - (step = 4)::int * $apart_us)::bigint as at_us,
    $merchant::bigint as merchant_id, person_id::bigint as person_id,
    (person_id * 7)::bigint as member_id,
    case
        when kind in ('channels.followed', 'members.joined') then 0
        when step < 5 or sale_chance % 7 < 4 then 900 + some_code % 20
        else 900 + (sale_chance % 20)::bigint
    end::bigint as store_id,
    case when step < 5 or kind = 'insight.spent' or sale_chance % 7 < 4 then some_code else 0 end
        ::bigint as code_id,
    (case when kind = 'channels.followed' then 31 else 0 end)::bigint as channel_id,
    (number * 4096)::bigint as subject_id,
    (case when step >= 5 then sale * 4096 + 17 else 0 end)::bigint as order_id,
    (case when step >= 5 then 500 + sale_chance % 9500 else 0 end)::bigint as amount_fen,
    (case when step >= 5 and sale_chance % 4 = 0 then 500 else 0 end)::bigint as discount_fen,
    'CNY' as currency,
    case when step in (6, 8) then 'wallet' else '' end as method,
    (case when step >= 5 and sale_chance % 4 = 0 then sale else 0 end)::bigint as coupon_id,
    77::bigint as campaign_id
from people
"""
"""An invented history of one shop: visits of ten steps, four touches, two orders and the rest."""
