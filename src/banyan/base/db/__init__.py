"""The database under everything: the server that comes along, the pool, and the migrations."""

from banyan.base.db.embedded import EmbeddedServer

__all__ = ("EmbeddedServer",)
