"""Codes of the network, and what they are called on pages: the texts of the catalogues."""


def gettext_noop(text: str) -> str:
    """Marks a text for translators. Which language it is said in is known when it is shown."""
    return text


_ = gettext_noop

CODES: dict[str, dict[str, str]] = {
    "status": {
        "independent": _("Self-employed"),
        "employee": _("Employee"),
        "start-up": _("Start-up"),
        "student": _("Student"),
        "job-seeker": _("Looking for a job"),
        "association-worker": _("Working for an association"),
    },
    "role": {
        "host": _("host"),
        "coordinator": _("coordinator"),
        "trainer": _("trainer"),
        "auditor": _("auditor"),
        "operator": _("operator"),
    },
    "amenity": {
        "wifi": _("wifi"),
        "parking": _("car park"),
        "kitchen": _("kitchen"),
        "coffee": _("coffee"),
        "printer": _("printer"),
        "accessible": _("wheelchair access"),
    },
    "kind": {
        "desks": _("Desks"),
        "room": _("Room"),
        "studio": _("Studio"),
        "machines": _("Machines"),
        "office": _("Private office"),
        "amenity": _("There for everybody"),
    },
    "part": {
        "day": _("Whole day"),
        "morning": _("Morning"),
        "afternoon": _("Afternoon"),
        "times": _("Exact times"),
    },
    # What people look for.
    "wanted": {
        "desks": _("A desk"),
        "room": _("A meeting room"),
        "studio": _("A studio"),
        "machines": _("A machine or workshop"),
        "office": _("A private office"),
    },
    "uncovered": {
        "no-pass": _("no pass in that year"),
        "pass-withdrawn": _("pass withdrawn"),
        "outside-validity": _("pass not valid on that day"),
        "day-covered": _("day covered already"),
        "allowance-used": _("not enough days left on the pass"),
    },
    "repeat": {
        "week": _("Every week"),
        "fortnight": _("Every two weeks"),
        "month": _("Every month, on the same weekday"),
    },
    "why": {
        "SpaceClosed": _("the space is closed"),
        "HolidayClosed": _("a public holiday"),
        "NoOpeningHours": _("not open on this weekday"),
        "PartClosed": _("not open in this part of the day"),
        "OutsideHours": _("outside the opening hours"),
        "NoSuchTime": _("the clocks change"),
        "AlreadyBooked": _("you already have a booking"),
        "NoDeskLeft": _("no desk left"),
        "NoMachineLeft": _("no machine left"),
        "RoomTaken": _("taken"),
        "TooManyHalfDays": _("more half-days than one may book"),
        "TooManyHours": _("more hours than one may book"),
    },
    # What refusals speak of, within a sentence.
    "value": {
        "day": _("day"),
        "morning": _("morning"),
        "afternoon": _("afternoon"),
        "am": _("morning"),
        "pm": _("afternoon"),
        "hour": _("hour"),
        "half-day": _("half-day"),
        "week": _("week"),
        "month": _("month"),
        "desk": _("desk"),
        "desks": _("desks"),
        "room": _("room"),
        "studio": _("studio"),
        "machine": _("machine"),
        "machines": _("machines"),
        "office": _("office"),
    },
    "server": {
        "here": _("answers"),
        "failing": _("out of order"),
        "away": _("away"),
    },
    "follower": {
        "level": _("up to date"),
        "behind": _("behind"),
        "stopped": _("stopped"),
        "away": _("nobody"),
        "unknown": _("unknown"),
    },
    "post": {
        "here": _("up to date"),
        "late": _("late"),
        "unknown": _("unknown"),
    },
    "letter": {
        "requested": _("Booking requested"),
        "booked": _("Booking confirmed"),
        "moved": _("Booking moved"),
        "cancelled": _("Booking cancelled"),
        "declined": _("Booking declined"),
        "reminder": _("Reminder"),
        "offered": _("Place offered"),
    },
    # What a form did that led to a page.
    "done": {
        "reserve": _("It is booked."),
        "demande": _("Your request is with the host. The place is held for you until the answer."),
        "attend": _("You are on the waiting list. A place that becomes free is held for you."),
        "nattend-plus": _("You no longer wait for that place."),
        "accord": _("The booking is approved."),
        "refus": _("The booking is declined, and its place is free again."),
        "annule": _("The booking is cancelled."),
        "arrive": _("You are checked in. Have a good day!"),
        "arrivee": _("The arrival is recorded."),
        "absence": _("The absence is recorded."),
        "mot-de-passe": _("Your password is changed. You are signed out everywhere else."),
        "cle": _("The passkey is made. You are signed out everywhere else."),
        "partenaire": _("This partner does not sign you in any more."),
        "sans-cle": _("The passkey is worth nothing here any more."),
        "sans-double": _("From now on the password is enough to sign in."),
        "session": _("You are signed out there."),
        "jeton": _("The token is worth nothing any more."),
        "deplace": _("The booking is moved."),
        "serie-deplacee": _("What was to come of the series is moved."),
        "serie-annulee": _("What was to come of the series is cancelled."),
        "accueil": _("A desk is booked, and the arrival is recorded."),
        "inscrit": _("You have a seat."),
        "attente": _("Every seat is taken: you are on the waiting list."),
    },
    "holiday": {
        "Nouvel An": _("New Year's Day"),
        "Jour de l'an": _("New Year's Day"),
        "Pâques": _("Easter Sunday"),
        "Lundi de Pâques": _("Easter Monday"),
        "Fête du Travail": _("Labour Day"),
        "Fête de la Victoire": _("Victory Day"),
        "Ascension": _("Ascension Day"),
        "Pentecôte": _("Whit Sunday"),
        "Lundi de Pentecôte": _("Whit Monday"),
        "Fête nationale": _("National Day"),
        "Assomption": _("Assumption Day"),
        "Toussaint": _("All Saints' Day"),
        "Jour de l'Armistice": _("Armistice Day"),
        "Armistice": _("Armistice Day"),
        "Noël": _("Christmas Day"),
    },
}
# Where people of the network may live: its own countries and their neighbours, then the others.
NEAR = ("BE", "FR", "LU", "DE", "NL")
FAR = (
    *("AT", "BG", "CH", "CY", "CZ", "DK", "EE", "ES", "FI", "GB", "GR", "HR", "HU", "IE", "IT"),
    *("LT", "LV", "MT", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
