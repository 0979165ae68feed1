-- Payments may come through outside providers, where gateways move their money.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore ban-drop-constraint
alter table collect.payments drop constraint payments_method_known;
alter table collect.payments add constraint payments_method_known
check (method in ('wallet', 'cash', 'other', 'wechatpay', 'alipay')) not valid;
