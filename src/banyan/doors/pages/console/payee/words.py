"""How notifications, and what providers may do, are spoken of."""

from banyan.doors.pages.shell import mark

SCOPES = {
    "pay": mark("Ask for payments"),
    "refund": mark("Refund them"),
    "bills": mark("Read balances and bills"),
    "share": mark("Share what charges brought"),
    "funds": mark("Withdraw, and issue taxed invoices"),
}
KINDS = {
    "charges.paid": mark("Somebody paid"),
    "charges.combined_paid": mark("Somebody paid several orders at once"),
    "charges.refunded": mark("Money went back"),
    "notifications.tried": mark("A try"),
}
"""Of others the name says it."""
STATES = {
    "waiting": (mark("Waiting"), "warning"),
    "told": (mark("Taken"), "success"),
    "failed": (mark("Given up"), "danger"),
}
OUTCOMES = {
    "taken": mark("Taken"),
    "refused": mark("Not taken"),
    "timed_out": mark("No answer in time"),
    "unreachable": mark("Out of reach"),
    "forbidden": mark("Address in a private network"),
    "unwritten": mark("No key to write it by"),
}
