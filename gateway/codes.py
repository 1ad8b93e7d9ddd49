"""Codes of the network, and what they are called on pages: the texts of the catalogues."""


def gettext_noop(text: str) -> str:
    """Marks a text for translators. Which language it is said in is known when it is shown."""
    return text


_ = gettext_noop

WORKS_AS = {
    "independent": _("Self-employed"),
    "employee": _("Employee"),
    "start-up": _("Start-up"),
    "student": _("Student"),
    "job-seeker": _("Looking for a job"),
    "association-worker": _("Working for an association"),
}

CODES: dict[str, dict[str, str]] = {
    "status": {
        "guest": _("Guest"),
        **WORKS_AS,
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
    # A place that may become a space.
    "premises": {
        "company": _("In a company or an organisation"),
        "public-building": _("A public building"),
        "farm": _("A farm or a barn"),
        "school": _("A school or a campus"),
        "shop": _("A shop"),
        "house": _("A house"),
        "other": _("Something else"),
    },
    "step": {
        "proposed": _("Application received"),
        "visited": _("Place visited"),
        "planned": _("Project planned"),
        "equipped": _("Place equipped"),
    },
    "ended": {
        "opened": _("In the network"),
        "declined": _("Not taken up"),
        "withdrawn": _("Withdrawn"),
    },
    "declined": {
        "too-near": _("too near to another space"),
        "not-suitable": _("the place is not suitable"),
        "no-host": _("nobody to welcome people"),
        "no-answer": _("no answer to our letters"),
        "other": _("another reason, told in person"),
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
        "TakenElsewhere": _("taken elsewhere"),
        "TooManyHalfDays": _("more half-days than one may book"),
        "TooManyHours": _("more hours than one may book"),
        "ExtraTaken": _("not enough left of an extra"),
        "ExtraTooLate": _("too late to ask for an extra"),
        "SchoolHoliday": _("school holidays"),
    },
    "per": {
        "booking": _("per booking"),
        "person": _("per person, each time"),
        "hour": _("per hour"),
        "half-day": _("per half-day"),
        "month": _("per month"),
    },
    # For whom a reduction is.
    "customer": {
        "subscriber": _("Whoever subscribes here"),
        "organisation": _("Whoever belongs to an organisation"),
        **WORKS_AS,
    },
    # What a pack is spent on.
    "spent": {
        "desk": _("Desks, by the half-day"),
        "room": _("Rooms and studios, by the hour"),
        "machine": _("Machines, by the hour"),
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
        "proposed": _("Application received"),
        "visited": _("Place visited"),
        "planned": _("Project planned"),
        "equipped": _("Place equipped"),
        "accounting": _("accounts"),
        "public-money": _("use of public money"),
    },
    # Why some details have to be kept, whatever somebody wishes.
    "duty": {
        "accounting": _("the accounts of what you paid for"),
        "public-money": _("the proof of how public money was used"),
    },
    # What details are told to others for.
    "purpose": {
        "grant-control": _("control of public money"),
        "accounting": _("accounting"),
        "legal-request": _("a request of the law"),
    },
    "detail": {
        "given_name": _("first name"),
        "family_name": _("last name"),
        "email": _("email address"),
        "phone": _("phone"),
        "birth_year": _("year of birth"),
        "language": _("language"),
    },
    "server": {
        "here": _("answers"),
        "failing": _("out of order"),
        "away": _("away"),
        "unknown": _("unknown"),
    },
    "follower": {
        "level": _("up to date"),
        "behind": _("behind"),
        "stopped": _("stopped"),
        "away": _("nobody"),
        "unknown": _("unknown"),
    },
    "witness": {
        "level": _("up to date"),
        "behind": _("behind"),
        "late": _("late"),
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
        "training": _("Training session announced"),
        "password-link": _("Link for a new password"),
        "guest-link": _("Link for the request of a guest"),
        "joining": _("Link to join the network"),
        "password-changed": _("Password changed"),
    },
    "membership": {
        "active": _("running"),
        "paused": _("paused"),
        "ended": _("ended"),
    },
    # What is in the way of reading an outside calendar.
    "calendar": {
        "not-https": _("The address leads to one that is not protected by https."),
        "no-server": _("There is no server of this name."),
        "not-public": _("The address leads into a private network, where we cannot read."),
        "certificate": _("The server cannot prove that it is the right one: its certificate."),
        "no-answer": _("The server does not answer."),
        "too-slow": _("The server takes too long to answer."),
        "redirects": _("The address leads on to others without end."),
        "not-there": _("There is no calendar at this address any more, or it is not shared."),
        "out-of-order": _("The server of the calendar is out of order."),
        "too-large": _("The calendar is larger than 2 MB."),
        "no-calendar": _("What is there is not a calendar (iCalendar, .ics)."),
        "not-understood": _("An event in the calendar makes no sense."),
        "too-much": _("Events of the calendar repeat too often to be read."),
    },
    # What a form did that led to a page.
    "done": {
        "agenda-ajoute": _("The calendar is read, and blocks its times."),
        "agenda-lu": _("We have asked for the calendar again: here is what came of it."),
        "agenda-retire": _("The calendar is removed: what it blocked can be booked again."),
        "reserve": _("It is booked."),
        "demande": _("Your request is with the host. The place is held for you until the answer."),
        "inscription": _(
            "A letter is on its way to you. The link in it lets you choose a password and join; it"
            " works for a day."
        ),
        "lettre": _(
            "A letter is on its way to you. The link in it sends your request to the host; nothing"
            " is booked or held before. It works for a day."
        ),
        "attend": _("You are on the waiting list. A place that becomes free is held for you."),
        "nattend-plus": _("You no longer wait for that place."),
        "accord": _("The booking is approved."),
        "refus": _("The booking is declined, and its place is free again."),
        "annule": _("The booking is cancelled."),
        "arrive": _("You are checked in. Have a good day!"),
        "arrivee": _("The arrival is recorded."),
        "absence": _("The absence is recorded."),
        "mot-de-passe": _("Your password is changed. You are signed out everywhere else."),
        "lien": _(
            "If there is an account with this address, a letter is on its way to it. The link in"
            " it works once, within half an hour."
        ),
        "nouveau-mot-de-passe": _(
            "Your password is changed, and you are signed out everywhere. Sign in with the new one."
        ),
        "coordonnees": _("Your details are saved."),
        "situation": _("Your situation is saved."),
        "consenti": _("Your consent is recorded. You can withdraw it here at any time."),
        "plus-consenti": _("Your consent is withdrawn."),
        "restreint": _("From now on your details are kept, and shown to nobody but you."),
        "plus-restreint": _("Your details are shown again where they were."),
        "cle": _("The passkey is made. You are signed out everywhere else."),
        "partenaire": _("This partner does not sign you in any more."),
        "sans-cle": _("The passkey is worth nothing here any more."),
        "sans-double": _("From now on the password is enough to sign in."),
        "session": _("You are signed out there."),
        "jeton": _("The token is worth nothing any more."),
        "ajoute": _("It is added. Now give it a price."),
        "retire": _("It is no longer offered."),
        "enregistre": _("It is recorded."),
        "propose": _("The plan is offered."),
        "abonne": _("The subscription is recorded."),
        "supplement": _("The extra is offered."),
        "carnet": _("The pack is offered."),
        "vendu": _("The sale is recorded: bookings use the pack from now on."),
        "deplace": _("The booking is moved."),
        "supplements": _("The extras of the booking are changed."),
        "serie-deplacee": _("What was to come of the series is moved."),
        "serie-annulee": _("What was to come of the series is cancelled."),
        "accueil": _("A desk is booked, and the arrival is recorded."),
        "candidat": _("Thank you! The coordinators of the network will get in touch with you."),
        "candidature-retiree": _("The application is withdrawn."),
        "etape": _("The step is recorded."),
        "classee": _("The application is closed."),
        "ouverture": _("The space is in the network, as one that is planned."),
        "communique": _(
            "The disclosure is recorded. Each of these people sees to whom it was, and what for."
        ),
        "inscrit": _("You have a seat."),
        "attente": _("Every seat is taken: you are on the waiting list."),
    },
    # What the register says of a fact in a log.
    "standing": {
        "registered": _("In the register"),
        "unsigned": _("In the register, not signed yet"),
        "unregistered": _("Not in the register yet"),
        "differs": _("Differs from the register"),
        "slipped-in": _("Came into the log afterwards"),
        "gone": _("Missing in the log"),
        "unproved": _("Not under the signed root"),
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
        # Without school
        "Fête de la Communauté française": _("Day of the French Community"),
        "Fête des morts": _("All Souls' Day"),
        "Mardi gras": _("Shrove Tuesday"),
        "Vacances d'automne": _("Autumn holidays"),
        "Vacances de la Toussaint": _("Autumn holidays"),
        "Vacances de Noël": _("Christmas holidays"),
        "Vacances d'hiver": _("Winter holidays"),
        "Vacances de carnaval": _("Carnival holidays"),
        "Vacances de printemps": _("Spring holidays"),
        "Pont de l'Ascension": _("Ascension weekend"),
        "Vacances d'été": _("Summer holidays"),
    },
}
# Where people of the network may live: its own countries and their neighbours, then the others.
NEAR = ("BE", "FR", "LU", "DE", "NL")
FAR = (
    *("AT", "BG", "CH", "CY", "CZ", "DK", "EE", "ES", "FI", "GB", "GR", "HR", "HU", "IE", "IT"),
    *("LT", "LV", "MT", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
