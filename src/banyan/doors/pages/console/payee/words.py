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
    "busifavors.sent": mark("Somebody got a coupon"),
    "complaints.step": mark("Something happened to a complaint"),
    "fapiaos.step": mark("Something happened to an invoice"),
    "parkings.entry_changed": mark("A car came in"),
    "parkings.finished": mark("Parking was paid, or could not be"),
    "remit.batch_ended": mark("A batch of transfers ended"),
    "remit.ended": mark("A transfer ended"),
    "risk.violation": mark("A rule of the platform was broken"),
    "scores.confirmed": mark("Somebody began to use something"),
    "scores.mandate_closed": mark("Somebody ended a service"),
    "scores.mandate_given": mark("Somebody agreed to a service"),
    "scores.paid": mark("What somebody used was paid"),
    "split.given": mark("A charge was shared"),
    "split.returned": mark("A share came back"),
    "vouchers.used": mark("Somebody used a voucher"),
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
