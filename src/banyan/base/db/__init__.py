"""The database under everything: the server that comes along, the pool, and the migrations."""

from banyan.base.db.arrays import write_array
from banyan.base.db.embedded import EmbeddedServer
from banyan.base.db.home import has_server
from banyan.base.db.migrate import check_applied, migrate
from banyan.base.db.passwords import hide_password
from banyan.base.db.pool import Connection, Pool, connect, open_pool
from banyan.base.db.store import Migration, list_migrations

__all__ = (
    "Connection",
    "EmbeddedServer",
    "Migration",
    "Pool",
    "check_applied",
    "connect",
    "has_server",
    "hide_password",
    "list_migrations",
    "migrate",
    "open_pool",
    "write_array",
)
