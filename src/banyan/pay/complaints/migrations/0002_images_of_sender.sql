-- How many pictures somebody brought of late: a person, to whichever merchant, or a merchant.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index images_of_sender on complaints.images (person_id, merchant_id, added_at);
