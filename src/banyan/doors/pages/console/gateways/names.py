"""How the console names what happens at payment providers: states, problems and what to do."""

from __future__ import annotations

from banyan.doors.pages.shell import mark

KINDS = {"wechatpay": mark("WeChat Pay"), "alipay": mark("Alipay")}
STATES = {
    "checking": (mark("Being tried"), "info"),
    "working": (mark("Works"), "success"),
    "refused": (mark("Refused"), "danger"),
}
WHYS = {
    "wrong_own_key": mark("Your private key is none: paste all of it."),
    "wrong_public_key": mark(
        "What the provider answered is not signed by the public key that you gave: give its "
        "present one, with the id that belongs to it."
    ),
    "needs_public_key": mark(
        "Your account works with a public key of WeChat Pay: give that key and its id."
    ),
    "wrong_apiv3_key": mark(
        "The APIv3 key is not the one that you set at WeChat Pay: set it there anew, and give the "
        "same here."
    ),
    "SIGN_ERROR": mark(
        "WeChat Pay does not know you by this private key and this serial number: both are of one "
        "certificate, of this mchid."
    ),
    "APPID_MCHID_NOT_MATCH": mark("This AppID is not bound to the mchid: bind it at WeChat Pay."),
    "NOT_ENOUGH": mark("Your account there holds too little: pay in, and try again."),
    "NO_AUTH": mark("Your account may not do this yet: open the product at WeChat Pay."),
    "isv.invalid-signature": mark(
        "Alipay does not know your app by this private key: give Alipay the public half of it."
    ),
    "isv.invalid-app-id": mark("Alipay knows no app of this id."),
    "no": mark("No answer came from the provider. It is asked again."),
    "an": mark("The provider's answer is none that can be trusted. It is asked again."),
    "the": mark("The statement can't be read: it came damaged, or in another form."),
    "a": mark("We made a mistake in asking. The provider is asked again."),
    "HTTP": mark("The provider has trouble of its own. It is asked again."),
    "SYSTEM_ERROR": mark("The provider has trouble of its own. It is asked again."),
}
"""What the reasons mean, by their first word; the rest of them is the provider's own words."""
WAYS = {
    "code": mark("Code to scan"),
    "web": mark("In a browser"),
    "page": mark("In a browser of a computer"),
    "jsapi": mark("Within WeChat"),
}
ATTEMPT_STATES = {
    "asking": mark("Being asked for"),
    "open": mark("To pay"),
    "paid": mark("Paid"),
    "stray": mark("Came astray"),
    "closed": mark("Closed"),
    "refused": mark("Not taken on"),
    "disputed": mark("Disputed"),
}
ATTEMPT_TINTS = {
    "asking": "info",
    "open": "warning",
    "paid": "success",
    "stray": "danger",
    "closed": "neutral",
    "refused": "neutral",
    "disputed": "danger",
}
TROUBLES = {
    "disputed": mark("The provider tells of other money than was asked for"),
    "refused": mark("The provider does not give this money back"),
    "stuck": mark("The buyer's account could not take this money back"),
    "unread": mark("What WeChat Pay tells can't be read: look at the APIv3 key"),
}
REFUND_STATES = {
    "asked": (mark("Being sent"), "info"),
    "under_way": (mark("On its way"), "info"),
    "needs_money": (mark("Waits for money"), "warning"),
    "done": (mark("Given back"), "success"),
    "refused": (mark("Refused"), "danger"),
    "stuck": (mark("Stuck at the provider"), "danger"),
    "by_hand": (mark("Given back by hand"), "neutral"),
}
SOURCES = {
    "notice": mark("the provider's notice"),
    "asked": mark("asking the provider"),
    "statement": mark("its statement"),
}
STATEMENT_STATES = {
    "wanted": (mark("Not there yet"), "info"),
    "ready": (mark("There"), "success"),
    "absent": (mark("None, as the provider says"), "neutral"),
    "failed": (mark("Could not be had"), "danger"),
}
STATEMENT_SOURCES = {"fetched": mark("from the provider"), "given": mark("as a file")}
PROBLEMS = {
    "missing_here": mark("Paid there, unknown here"),
    "unpaid_here": mark("Paid there, not paid here"),
    "missing_there": mark("Paid here, not in the statement"),
    "amount_differs": mark("Different amounts"),
    "twice_there": mark("Paid twice under one number"),
    "number_differs": mark("Another number at the provider"),
    "day_differs": mark("On different days"),
    "fee_differs": mark("Not the agreed fee"),
    "stray": mark("Came astray, not given back yet"),
    "refund_missing_here": mark("Given back there, unknown here"),
    "refund_undone_here": mark("Given back there, not done here"),
    "refund_missing_there": mark("Given back here, not in the statement"),
    "refund_undone_there": mark("Given back here, on its way there"),
    "refund_amount_differs": mark("Different amounts given back"),
    "refund_twice_there": mark("Given back twice under one number"),
    "refund_day_differs": mark("Given back on different days"),
}
ADVICE = {
    "missing_here": mark(
        "The number is none of ours. If another till or program of yours uses the same account, "
        "note that; if not, look the number up at the provider and give the money back there."
    ),
    "unpaid_here": mark(
        "We missed the news, or it never came. Ask the provider: if it says paid, the order is "
        "paid too, or the money goes back by itself where it is too late."
    ),
    "missing_there": mark(
        "Ask the provider by this number. If it says paid, the line may follow in a later "
        "statement; if not, show it our record of its own notice."
    ),
    "amount_differs": mark(
        "Nothing was counted that was not asked for. Ask the provider; if it stands by its amount, "
        "settle the rest with the customer and give a wrong payment back there."
    ),
    "twice_there": mark("Give the second payment back at the provider, and note that."),
    "number_differs": mark(
        "Two payments may share one number. Look both numbers up at the provider, and give back "
        "what is too much."
    ),
    "day_differs": mark(
        "The money is the same, only the day is not: your accountant counts it on the "
        "provider's day."
    ),
    "fee_differs": mark(
        "Compare your contract with the provider; small sums are often rounded in another way. "
        "Claim what is too much, or correct the agreed fee."
    ),
    "stray": mark(
        "It is to go back by itself. If the provider refused, try again on the page of the payment."
    ),
    "refund_missing_here": mark(
        "Somebody gave it back at the provider's own console. Note why; the order here still "
        "counts as paid."
    ),
    "refund_undone_here": mark(
        "Ask the provider. If it was also given back by hand, the customer has it twice: settle "
        "that with them."
    ),
    "refund_missing_there": mark(
        "Ask the provider by this number: the customer may be waiting for the money."
    ),
    "refund_undone_there": mark(
        "The provider told us that it was done. Ask again in some days, before the customer does."
    ),
    "refund_amount_differs": mark(
        "Look the refund up at the provider, and settle the rest with the customer."
    ),
    "refund_twice_there": mark(
        "The customer has it twice. Claim one from the provider, or settle it with the customer."
    ),
    "refund_day_differs": mark(
        "The money is the same, only the day is not: your accountant counts it on the "
        "provider's day."
    ),
}
ASKABLE = frozenset(
    {
        "unpaid_here",
        "missing_there",
        "amount_differs",
        "stray",
        "refund_undone_here",
        "refund_missing_there",
        "refund_undone_there",
    }
)
"""Problems of which the provider is asked again."""


_OURS = frozenset({"no", "an", "the", "a"})
"""First words of reasons that we give ourselves, in words for programmers."""


def explain(why: str) -> tuple[str, str]:
    """What a reason means, to be translated, or nothing; and the provider's own words for it."""
    word, _, rest = why.partition(" ")
    meant = WHYS.get(word, "")
    return meant, "" if word in _OURS or (meant and not rest) else why
