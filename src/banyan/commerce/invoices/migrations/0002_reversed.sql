-- An invoice that was taken back: nobody holds it, and it counts no more.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore ban-drop-constraint
alter table invoices.invoices drop constraint invoices_state_known;
alter table invoices.invoices add constraint invoices_state_known
check (state in ('init', 'lock', 'closure', 'reversed')) not valid;
-- squawk-ignore constraint-missing-not-valid
alter table invoices.invoices validate constraint invoices_state_known;

-- squawk-ignore ban-drop-constraint
alter table invoices.invoices drop constraint invoices_locked_when;
alter table invoices.invoices add constraint invoices_locked_when
check ((state in ('init', 'reversed')) = (locked_by = 0)) not valid;
-- squawk-ignore constraint-missing-not-valid
alter table invoices.invoices validate constraint invoices_locked_when;
