"""What the pages of risk call things."""

from banyan.doors.pages.shell import mark

KINDS = {
    "order": mark("Orders in shops"),
    "charge": mark("Charges over the wire"),
    "code": mark("Payment codes at the till"),
    "gift": mark("Money for other people"),
    "payout": mark("Payouts to banks"),
    "remittance": mark("Money that merchants send people"),
}
MEASURES = {
    "amount": mark("This payment"),
    "hour_count": mark("Payments in this hour"),
    "hour_fen": mark("Money in this hour"),
    "day_count": mark("Payments today"),
    "day_fen": mark("Money today"),
    "unproved_count": mark("Codes without a password today"),
    "device_minutes": mark("Minutes since the device signed in (below)"),
    "switch_count": mark("Changes of device today"),
}
LISTED = {
    "blocked": mark("The payer is blocked"),
    "merchant_blocked": mark("The merchant is blocked"),
    "merchant_payment": mark("More than the merchant may be paid at once"),
    "merchant_day": mark("More than the merchant may be paid in a day"),
    "till": mark("A till asked the payer to confirm"),
}
"""What is noticed by no rule, but by a list or a limit."""
OF_MONEY = frozenset({"amount", "hour_fen", "day_fen", "merchant_payment", "merchant_day"})
WANTS = {
    "watch": mark("Watch"),
    "step_up": mark("Ask for the password"),
    "refuse": mark("Refuse"),
}
ABSENT = {"watch": mark("Let it pass, and note it"), "refuse": mark("Refuse")}
"""What is done where nobody can be asked for the password."""
ACTIONS = {"allow": mark("Allowed"), "watch": mark("Passed"), **WANTS}
ACTIONS["step_up"] = mark("Asked for the password")
ACTIONS["refuse"] = mark("Refused")
ACTION_KINDS = {"allow": "success", "watch": "info", "step_up": "warning", "refuse": "danger"}
