"""The database under everything: the server that comes along, the pool, and the migrations."""

from banyan.base.db.embedded import EmbeddedServer
from banyan.base.db.home import has_server
from banyan.base.db.migrate import migrate
from banyan.base.db.passwords import hide_password
from banyan.base.db.pool import Connection, Pool, connect, open_pool

__all__ = (
    "Connection",
    "EmbeddedServer",
    "Pool",
    "connect",
    "has_server",
    "hide_password",
    "migrate",
    "open_pool",
)
