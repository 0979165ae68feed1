-- Coupons: vouchers that no order uses, a first day of use, coupons taken back or passed on, and
-- those that came as a card.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table coupons.campaigns add column usable_from timestamptz;
alter table coupons.campaigns add column wait_days integer not null default 0;
alter table coupons.coupons add column usable_from timestamptz;

-- Each wider list promises nothing that the narrower one did not.
-- squawk-ignore ban-drop-constraint
alter table coupons.campaigns drop constraint campaigns_terms;
-- squawk-ignore constraint-missing-not-valid
alter table coupons.campaigns add constraint campaigns_terms check (
    (kind = 'amount_off' and amount_off_fen > 0 and percent_bp = 0 and cap_fen = 0)
    or (kind = 'percent_off' and percent_bp between 1 and 10000 and amount_off_fen = 0)
    or (kind = 'voucher' and amount_off_fen = 0 and percent_bp = 0 and cap_fen = 0)
);
-- squawk-ignore ban-drop-constraint
alter table coupons.campaigns drop constraint campaigns_limits;
-- squawk-ignore constraint-missing-not-valid
alter table coupons.campaigns add constraint campaigns_limits check (
    budget >= 0 and per_person_limit > 0
);
-- squawk-ignore ban-drop-constraint
alter table coupons.coupons drop constraint coupons_state_known;
-- squawk-ignore constraint-missing-not-valid
alter table coupons.coupons add constraint coupons_state_known check (
    state in ('claimed', 'reserved', 'redeemed', 'expired', 'voided', 'given')
);
-- squawk-ignore ban-drop-constraint
alter table coupons.coupons drop constraint coupons_order;
-- squawk-ignore constraint-missing-not-valid
alter table coupons.coupons add constraint coupons_order check (
    (state <> 'reserved' or order_id <> 0)
    and (order_id = 0 or state in ('reserved', 'redeemed'))
);
-- squawk-ignore ban-drop-constraint
alter table coupons.coupons drop constraint coupons_origin_known;
-- squawk-ignore constraint-missing-not-valid
alter table coupons.coupons add constraint coupons_origin_known check (
    origin in ('claim', 'welcome', 'campaign', 'card', 'gift')
);
