"""What people read instead of what they asked for."""

import re
from collections import defaultdict

from gateway.codes import gettext_noop as _
from gateway.language import UNTIL, Language
from gateway.problems import Problem

BROKEN = 500
NOT_UNDERSTOOD = _("We did not understand what your browser sent.")
AWAY = _(
    "This part of the network does not answer at the moment. Nothing was recorded;"
    " please try again in a moment."
)
NO_ANSWER = _(
    "The answer is slow to come. Send the same form again: nothing will be recorded twice."
)
MISTAKEN = _("Some of what you entered was not understood. Please check the fields marked.")
FAILURE = _(
    "Something broke while we were preparing the answer. The error has been written down;"
    " we will look into it."
)
NOT_ALLOWED = _("Your account does not give access to this page.")

TITLES = {
    400: _("Request not understood"),
    403: _("Restricted access"),
    404: _("Page not found"),
    405: _("Request not understood"),
    409: _("This is not possible"),
    412: _("One more moment"),
    413: _("Too much was sent"),
    415: _("Request not understood"),
    422: _("Request not understood"),
    429: _("Too many attempts"),
    BROKEN: _("An error has occurred"),
    503: _("Not available at the moment"),
    504: _("No answer yet"),
}
STATUS = {
    400: NOT_UNDERSTOOD,
    401: _("Please sign in first."),
    403: NOT_ALLOWED,
    404: _("There is nothing at this address. The link may be old, or copied incompletely."),
    405: _("This address does not take this kind of request."),
    413: _("What you sent is too long."),
    415: NOT_UNDERSTOOD,
    422: MISTAKEN,
    BROKEN: FAILURE,
    503: AWAY,
    504: NO_ANSWER,
}
KINDS = {
    "EmailInUse": _("There is already an account with this email address. Please sign in."),
    "HasAccount": _("This person already has an account."),
    "away": AWAY,
    "TooManyCalendars": _("No more outside calendars can block the same thing: remove one first."),
    "calendar-not-read": _("This calendar could not be read: nothing is blocked by it."),
    "code-needed": _("Please enter the code as well."),
    "failure": FAILURE,
    "foreign-site": _(
        "This form was not sent from one of our pages, or your session has changed meanwhile."
        " Reload the page and start again."
    ),
    "idempotency-key-reused": _(
        "A first request sent with this form was recorded meanwhile."
        " Check your bookings before starting again."
    ),
    "invalid-words": MISTAKEN,
    "joining-over": _(
        "This link was used before, or is older than a day. Sign in, or fill in the form again."
    ),
    "link-over": _(
        "This link was used before, or is older than half an hour. Ask for another one."
    ),
    "log-changed": _(
        "This log is not what the register holds: somebody has changed it,"
        " and it cannot be replayed."
    ),
    "no-answer": NO_ANSWER,
    "NotForGuests": _("This cannot be asked for without an account. Join the network to book it."),
    "NothingFree": _("Nothing is free there then. Choose another day or another time."),
    "not-allowed": NOT_ALLOWED,
    "not-yet": _(
        "An earlier step is not yet recorded everywhere. Send the same form again in a moment."
    ),
    "partner": _("The partner did not confirm who you are."),
    "request-over": _(
        "This link is too old, and what was asked for with it is deleted. Nothing was booked."
    ),
    "second-factor-needed": _(
        "Your role needs a code when you sign in. Set it up on the page of your account."
    ),
    "TooManyRequests": _(
        "Too many requests of yours wait for an answer already. Wait for the hosts, or cancel one."
    ),
    "too-many-links": _("Too many links were asked for. Wait a few minutes before trying again."),
    "too-many-failures": _("Too many failed attempts. Wait a few minutes before trying again."),
    "wrong-code": _("This code is not right, or was used before. Wait for the next one."),
    "wrong-passkey": _(
        "This passkey is not known here, or the page was open for too long. Please try again."
    ),
    "wrong-password": _("This email address and this password do not go together."),
}


def title(language: Language, problem: Problem) -> str:
    return language.gettext(TITLES.get(problem.status, TITLES[BROKEN]))


def sentence(language: Language, problem: Problem) -> str:
    """A refusal is found by its kind and its reason; one that is too new for us stays English."""
    kind = problem.kind.rpartition("/")[2]
    if problem.status == 409 and kind not in KINDS:
        values = defaultdict(str, problem.more.get("values", {}))
        said = {name: _value(language, name, value) for name, value in values.items()}
        for reason, text in language.refusals.get(kind, {}).items():
            if reason.format_map(values) == problem.why:
                return text.format(**said)
        return problem.why
    text = KINDS.get(kind) or STATUS.get(problem.status, STATUS[BROKEN])
    return language.gettext(text)


def _value(language: Language, name: str, value: str) -> str:
    """A refusal speaks of days, times and words of ours."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d(, \d{4}-\d\d-\d\d)*", value):
        return ", ".join(map(language.long_day, value.split(", ")))
    if re.match(r"\d\d:\d\d", value):
        return re.sub(r"\d\d:\d\d", lambda at: language.clock(at[0]), value).replace("-", UNTIL)
    if name == "weekday":
        return language.weekday(f"2001-01-0{value}")  # this year begins on a Monday
    return language.holiday(value) if name == "holiday" else language.word("value", value)
