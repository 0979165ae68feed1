"""The API of the audit log."""

from banyan.doors.http import Route
from banyan.parties.audit import list_audit

ROUTES = (
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/audit",
        list_audit,
        summary="List who changed what, the latest first",
        tags=("audit",),
    ),
)
