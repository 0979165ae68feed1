"""Web addresses that somebody else wrote, read as browsers read them."""

from urllib.parse import SplitResult, urlsplit


def split_link(url: str) -> SplitResult | None:
    """The parts of a whole web address; None where browsers might read another host than we do."""
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        return None
    return parts if is_whole and "@" not in parts.netloc and "\\" not in url else None
