"""The headers that keep a page from running, showing or sending anything that is not ours."""

from __future__ import annotations

content_security_policy = "; ".join(  # noqa: FLY002 - one rule a line
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""`data:` pictures are the icons inside WeUI; `blob:` shows a picture before it is uploaded."""

page_headers = {
    "content-security-policy": content_security_policy,
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=(self), payment=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
"""Every page answers with these; a door adds `cache-control` and cookies."""
