"""Bills as WeChat Pay writes them: each value behind a back-tick, then a line of sums."""

import gzip
import hashlib
from collections.abc import Iterable, Sequence

_end = "\r\n"
_fen_a_yuan = 100
_bp_a_percent = 100


def render_bill(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    sums_columns: Sequence[str],
    sums: Sequence[str],
) -> bytes:
    """A heading, the rows, a heading of the sums, and the sums."""
    lines = [",".join(columns)]
    lines += [_line(row) for row in rows]
    lines += [",".join(sums_columns), _line(sums)]
    return (_end.join(lines) + _end).encode()


def parse_bill(content: bytes) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The rows of a bill and its sums, by the names of their columns."""
    lines = [line for line in content.decode().lstrip("\ufeff").split(_end) if line]
    (columns, *rows), (sums_columns, sums) = lines[:-2], lines[-2:]
    read = [dict(zip(columns.split(","), _cells(row), strict=True)) for row in rows]
    return read, dict(zip(sums_columns.split(","), _cells(sums), strict=True))


def pack_bill(content: bytes) -> bytes:
    """A bill as it is sent packed; the same bytes for the same bill."""
    return gzip.compress(content, mtime=0)


def digest_bill(content: bytes) -> str:
    """By what a program sees that a bill arrived whole: of the bill itself, not as it is packed."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def write_yuan(fen: int, decimals: int = 2) -> str:
    """An amount in yuan: `-0.60`, or with five decimals for fees."""
    whole, rest = divmod(abs(fen), _fen_a_yuan)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole}.{rest:02d}" + "0" * (decimals - 2)


def write_rate(rate_bp: int) -> str:
    """A rate: `0.60%`."""
    return f"{rate_bp // _bp_a_percent}.{rate_bp % _bp_a_percent:02d}%"


def _line(cells: Sequence[str]) -> str:
    return ",".join("`" + _plain(cell) for cell in cells)


def _plain(text: str) -> str:
    """Merchants' words without what would end a cell or a line."""
    return text.replace(",", "\\ ").replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _cells(line: str) -> list[str]:
    return [cell.removeprefix("`") for cell in line.split(",`")]
