-- Who is to pay is asked for by the appid that the merchant is paid in the name of.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index accounts_merchant on remotes.accounts (merchant_id, appid);
