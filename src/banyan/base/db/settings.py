"""The settings of the embedded PostgreSQL: safe first, then sized to the machine."""

import os
from pathlib import Path

_mib = 1 << 20
_gib = 1 << 30


def server_settings() -> dict[str, str]:
    """Return the settings for this machine; an acknowledged commit survives a power cut."""
    memory = _memory_bytes()
    return _safety() | _doors() | _sizes(memory) | _habits() | _logging()


def _safety() -> dict[str, str]:
    # The defaults, said aloud: the books depend on them.
    return {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def _doors() -> dict[str, str]:
    # Only a socket in the server's own folder, which nobody but its owner and root can enter.
    return {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": ".",
        "unix_socket_permissions": "0700",
        "max_connections": "200",
    }


def _sizes(memory: int) -> dict[str, str]:
    return {
        "shared_buffers": _mb(min(memory // 8, _gib)),
        "huge_pages": "try",
        "effective_cache_size": _mb(memory // 2),
        "work_mem": _mb(16 * _mib),
        "maintenance_work_mem": _mb(min(memory // 32, 512 * _mib)),
        # Nobody reads the write-ahead log but recovery: copies are made by pg_dump.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        # A third of the bytes at the same rate of commits (pgbench, two cores).
        "wal_compression": "pglz",
        "max_wal_size": "4GB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
    }


def _habits() -> dict[str, str]:
    return {
        "timezone": "UTC",
        "random_page_cost": "1.1",
        # Our statements are short and prepared: compiling them costs more than it saves.
        "jit": "off",
        # Hot rows (purses, lanes) leave dead versions quickly: clean often and in small steps.
        "autovacuum_naptime": "15s",
        "autovacuum_vacuum_scale_factor": "0.05",
        "autovacuum_analyze_scale_factor": "0.05",
        "autovacuum_vacuum_cost_limit": "1000",
    }


def _logging() -> dict[str, str]:
    # A file a weekday, written over a week later. No parameter values: they are people's data.
    return {
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_truncate_on_rotation": "on",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %a ",
        "log_lock_waits": "on",
        "log_min_duration_statement": "1s",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }


def _memory_bytes() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    # In a container the machine's memory is not ours.
    if limit.is_file() and (text := limit.read_text().strip()).isdigit():
        memory = min(memory, int(text))
    return memory


def _mb(size: int) -> str:
    return f"{max(size // _mib, 16)}MB"
