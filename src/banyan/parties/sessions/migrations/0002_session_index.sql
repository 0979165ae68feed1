-- Sessions: "last seen" and the end of a session are written by its id alone.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index sessions_session on sessions.sessions (session_id);
