"""What there is in the small world of these tests: two people, a space, a booking, a pass."""

import re
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from kernel.facts import NETWORK
from tests.place import where_it_is_noon

LISE, HUGO, OLGA, CARLA, AUDE = (UUID(int=n) for n in range(1, 6))
FERME = uuid5(NETWORK, "space/la-ferme")
DESKS, ROOM, OFFICE = (uuid5(FERME, code) for code in ("open-space", "salle", "bureau"))
ZONE = where_it_is_noon()
TODAY = datetime.now(ZoneInfo(ZONE)).date()
HOURS = [{"weekday": day, "opens": 480, "closes": 1080} for day in range(1, 8)]


def resource(id, code, kind, name, **more):
    prices = {"hour_cents": None, "half_day_cents": None, "day_cents": None, "month_cents": None}
    found = {"resource": str(id), "code": code, "kind": kind, "name": name, "units": 1}
    unset = {"seats": None, "training": None, "price_version": 1, "rules": None}
    unset |= {"tiers": [], "parts": []}
    return found | unset | prices | more


TRAINING = UUID(int=41)
"""The secret in a letter about training."""
SPACE = {
    "space": FERME,
    "code": "la-ferme",
    "name": "La Ferme <Coworking>",
    "operator": uuid4(),
    "town": "Chimay",
    "country": "BE",
    "timezone": ZONE,
    "lat": 50.048,
    "lon": 4.317,
    "languages": ["fr"],
    "amenities": ["wifi"],
    "planned": False,
    "desks": 12,
    "rooms": 1,
    "hours": HOURS,
    "midday": 780,
    "cancellation_hours": 24,
    "buffer_minutes": 0,
    "offer_minutes": 120,
    "holidays_observed": False,
    "exceptions": {},
    "days": [],
    "promises": [],
    "outside": [],
    "lets": [],
    "reductions": [{"customer": "student", "percent": 20}],
    "extras": [
        {
            **{"code": "cafe", "version": 1, "name": "Café", "per": "person", "cents": 250},
            **{"stock": None, "kinds": ["desks", "room"], "notice_hours": 24},
        },
        {
            **{"code": "ecran", "version": 2, "name": "Écran", "per": "hour", "cents": 400},
            **{"stock": 3, "kinds": ["room"], "notice_hours": 0},
        },
    ],
    "resources": [
        resource(DESKS, "open-space", "desks", "Open space", units=12, day_cents=1500),
        resource(ROOM, "salle", "room", "Salle de réunion", seats=10, hour_cents=1550),
        resource(OFFICE, "bureau", "office", "Bureau", month_cents=24000),
    ],
}
BOOKED = {
    "booking": UUID(int=7),
    "person": LISE,
    "space": FERME,
    "resource": DESKS,
    "kind": "desk",
    "series": UUID(int=9),
    "state": "booked",
    "first": TODAY,
    "last": TODAY,
    "price_cents": 1500,
    "fee_cents": 0,
    "people": 1,
    "extras": [],
    "extras_offered": True,
    "price_lines": [],
    "space_name": "La Ferme <Coworking>",
    "timezone": ZONE,
    "resource_name": "Open space",
    **{"space_code": "la-ferme", "resource_code": "open-space", "made": datetime.now(UTC)},
    "slots": [
        {
            **{"day": str(TODAY), "start": 480, "end": 1080, "half_days": 2},
            **{"state": "booked", "noted": None},
        },
    ],
}
VISITOR = {
    **{"booking": UUID(int=7), "person": LISE, "given_name": "Lise", "family_name": "Lambert"},
    **{"home_space": FERME, "home_space_name": "La Ferme", "home_country": "BE", "kind": "desk"},
    **{"resource_name": "Open space", "start": 480, "end": 1080, "half_days": 2},
    **{"price_cents": 1500, "people": 1, "extras": [], "noted": None, "state": "booked"},
}
WAIT = {
    **{"entry": UUID(int=14), "space": FERME, "space_code": "la-ferme", "timezone": ZONE},
    **{"space_name": "La Ferme <Coworking>", "resource": DESKS, "kind": "desks", "day": TODAY},
    **{"resource_name": "Open space", "start": 480, "end": 1080, "half_days": 2, "ahead": 0},
    "people": 1,
    "extras": [
        {"code": "cafe", "quantity": 2, "name": "Café", "lacking": False},
        {"code": "ecran", "quantity": 1, "name": "Écran", "lacking": True},
    ],
    "until": datetime.combine(TODAY, time(17), ZoneInfo(ZONE)),
}
REQUEST = BOOKED | {"state": "requested", "given_name": "Lise", "family_name": "Lambert"}
REQUEST |= {"guest": True, "email": "lise@example.org", "phone": None}
WANTED = {"space_id": str(FERME), "resource_id": str(DESKS), "day": str(TODAY), "people": 2}
WANTED |= {"part": "day"}
GUEST = {"given_name": "Zoé", "family_name": "Zimmer", "email": "zoe@example.org"}
GUEST |= {"language": "fr", "residence": "BE", "status": "guest", "home_space_id": str(FERME)}
SERIES = {
    **{"series": UUID(int=9), "person": LISE, "space": FERME, "resource": DESKS, "every": "week"},
    **{"first": TODAY, "until": TODAY + timedelta(weeks=2), "left_out": []},
    "bookings": [
        {"booking": str(UUID(int=7 + n)), "day": str(TODAY + timedelta(weeks=n)), **state}
        for n, state in enumerate(3 * [{"state": "booked", "price_cents": 1500}])
    ],
}
PLANNED = {
    **{"booking": UUID(int=7), "day": TODAY, "start": 480, "end": 1080, "state": "booked"},
    **{"resource": DESKS, "kind": "desk", "who": "Lise Lambert", "people": 1, "extras": []},
}
PLAN = {
    **{"plan": UUID(int=11), "code": "ten", "name": "Dix jours", "month_cents": 18000},
    **{"included_days": 10, "access_hours": None},
}
MEMBERSHIP = {
    **{"membership": UUID(int=12), "person": LISE, "organisation": None, "state": "active"},
    **{"since": TODAY, "plan": PLAN["plan"], "plan_name": "Dix jours", "month_cents": 18000},
    "subscriber": "Lise Lambert",
}
PACK = {
    **{"pack": UUID(int=31), "space": FERME, "code": "dix", "name": "Carnet de dix jours"},
    **{"kind": "desk", "half_days": 20, "minutes": 0, "cents": 18000, "valid_months": 12},
}
CREDIT = {
    **{"credit": UUID(int=32), "person": LISE, "name": "Carnet de dix jours", "space": FERME},
    **{"space_name": "La Ferme <Coworking>", "sold_at": FERME, "half_days": 20, "cents": 18000},
    **{"first": TODAY, "last": TODAY + timedelta(days=364), "sold": TODAY, "revoked": False},
    **{"left": 17, "uses": [], "holder": "Lise Lambert", "kind": "desk", "minutes": 0},
    **{"organisation": None, "organisation_name": None},
}
OFFERED = {
    **{name: SPACE[name] for name in ("planned", "country", "hours", "holidays_observed")},
    **{"exceptions": {}, "units": {"desks": 12, "room": 1}},
    "booked": [{"day": str(TODAY), "kind": "desks", "minutes": 3600}],
    "visits": [{"day": str(TODAY), "visits": 6, "checked_in": 3, "no_shows": 1}],
}
DETAILS = {
    **{"given_name": "Lise", "family_name": "Lambert", "email": "lise@letters.example"},
    **{"phone": "+32 60 12 34 56", "birth_year": None, "language": "nl"},
}
KNOWN = {
    **{"person": LISE, "home_space": FERME, "home_space_name": "La Ferme", "status": "student"},
    **{"residence": "FR", "organisations": [{"organisation": str(UUID(int=12)), "name": "BEP"}]},
    **{name: DETAILS[name] for name in ("given_name", "family_name", "email", "phone")},
    **{"language": "nl", "roles": [{"role": "trainer", "space": None}], "consents": []},
}
INCLUDED = {
    **{"membership": UUID(int=12), "space": FERME, "space_name": "La Ferme", "half_days": 20},
    **{"space_code": "la-ferme", "plan_name": "Dix jours", "half_days_used": 7},
}
FOUND = {
    **{"person": LISE, "given_name": "Lise", "family_name": "Lambert"},
    **{"home_space_name": "La Ferme", "home_country": "BE"},
}
PASS = {
    **{"pass": uuid4(), "person": LISE, "year": TODAY.year, "sponsor_name": "BEP", "days": 30},
    **{"valid_from": TODAY, "valid_until": TODAY, "withdrawn": False, "uncovered": []},
    **{"half_days_used": 3, "half_days_left": 57},
    "visits": [
        {"day": "2026-03-02", "host_space_name": "Rimbaud'Tech", "country": "FR", "half_days": 3}
    ],
}

SESSION = {
    **{"session": UUID(int=9), "course": uuid4(), "course_name": "Initiation au fablab"},
    **{"space": FERME, "space_name": "La Ferme", "place": "Atelier", "state": "planned"},
    **{"first": TODAY, "last": TODAY, "capacity": 8, "seats_left": 3, "waiting": 0},
    "slots": [{"day": str(TODAY), "half": "am"}, {"day": str(TODAY), "half": "pm"}],
}

CANDIDATE = {
    **{"candidate": UUID(int=11), "person": LISE, "name": "La Grange", "town": "Couvin"},
    **{"country": "BE", "premises": "farm", "desks": 8, "rooms": 1, "step": "proposed"},
    **{"state": "open", "reason": None, "space": None, "space_code": None, "proposed": TODAY},
    **{"given_name": "Lise", "family_name": "Lambert", "email": "lise@example.org"},
}

LINE = {"unit": "day", "quantity": 1, "each_cents": 1500, "cents": 1500, "name": None}


def previewed(*days, left_out=(), lines=(LINE,)):
    """What bookings says would happen: a booking on each day, as a series if there are several."""
    slots = [[{"day": str(day), "start": 480, "end": 1080, "half_days": 2}] for day in days]
    cents = sum(line["cents"] for line in lines)
    paid = {"price_lines": list(lines), "price_cents": cents, "awaits_approval": False}
    made = [{"slots": each, **paid} for each in slots]
    series = {"left_out": [{"day": str(day), "why": why} for day, why in left_out]}
    facts = [{"type": "bookings.SeriesBooked", "data": series}] if left_out or days[1:] else []
    facts += [{"type": "bookings.BookingMade", "data": each} for each in made]
    return {"done": {"id": str(UUID(int=7)), "facts": facts}, "position": None}


TOWN_HALL = {
    **{"calendar": UUID(int=31), "resource": ROOM, "name": "Mairie", "trouble": None},
    **{"address": "https://mairie.example/private/secret.ics"},
    **{"added_at": datetime.now(ZoneInfo(ZONE)), "read_at": datetime.now(ZoneInfo(ZONE))},
    "next": {"day": str(TODAY), "start": 600, "end": 720},
}
CLASH = {
    **{"day": TODAY, "start": 600, "end": 660, "booking": UUID(int=7)},
    **{"given_name": "Lise", "family_name": "Lambert"},
}

# What the auditor's process tells


def told(standing, version=1, **more):
    fact = {
        **{"type": "bookings.BookingMade", "by": str(LISE), "time": "2027-03-08T13:05:00+00:00"},
        **{"subject": str(UUID(int=7)), "id": f"{UUID(int=7)}/{version}"},
        **{"data": {"space_id": str(FERME), "slots": [{"start": 540}], "units": 1}},
        **({"subjecttype": "bookings.Booking"} if version == 1 else {}),
    }
    index = None if standing in ("unregistered", "slipped-in") else version
    where = {"position": version, "version": version, "index": index, "standing": standing}
    return {"fact": fact, "registered": None, **where, **more}


SIGNED = [
    {"name": "essaim.example/register", "time": None},
    {"name": "namur", "time": 1_800_000_000},
]
HEAD = {"origin": "essaim.example/register", "size": 2, "root": "00" * 32, "signed": SIGNED}
REGISTERED = {
    "/register": {
        "size": 3,
        "settled_size": 2,
        "signed_at": "2027-03-08T13:05:00Z",
        "witnesses": [{"name": "namur.example/witness", "size": 2, "since": None}],
        "checkpoint": {**HEAD, "checked": True, "settled": True},
        "logs": [{"service": "bookings", "registered": 3, "last": 4}],
    },
    "/register/recent": {
        "items": [
            {
                "index": 2,
                "service": "mobility",
                "position": 9,
                "fact": {"type": "mobility.WorkDayCounted"},
            },
            {"index": 1, "service": "bookings", "position": 1, "fact": told("registered")["fact"]},
        ],
        "next": 1,
    },
    f"/histories/bookings/{UUID(int=7)}": {
        **{"service": "bookings", "subject": str(UUID(int=7))},
        "facts": [told("registered"), told("unsigned", 2)],
    },
    f"/states/bookings/{UUID(int=7)}": {
        **{"service": "bookings", "subject": str(UUID(int=7)), "at": None, "position": 1},
        **{"what": "bookings.Booking", "id": str(UUID(int=7)), "version": 1},
        **{"since": "2027-03-08T13:05:00Z", "changed": "2027-03-08T13:05:00Z"},
        "known": {"person_id": str(LISE), "extras": {}, "cancelled": False, "note": None},
    },
    "/changes/bookings": {
        "service": "bookings",
        "more": True,
        "items": [
            {
                **{"service": "bookings", "subject": str(UUID(int=7)), "what": "bookings.Booking"},
                **{"before": 0, "after": 1, "facts": [told("registered")["fact"]]},
                "changes": [{"path": ["slots", "2027-03-08"], "before": None, "after": [540]}],
            },
            {"what": "mobility.WorkYear", "service": "mobility", "subject": "", "facts": []},
        ],
    },
    "/register/entry/bookings/1": b'{"type":"bookings.BookingMade"}',
    "/register/proof/bookings/1": b"c2sp.org/tlog-proof@v1\n",
    "/register/checkpoint": b"essaim.example/register\n2\n",
    "/register/tile/0/000.p/2": bytes(64),
}

# Every page, and who looks at it

THE_BOOKING = f"/audit/bookings/{UUID(int=7)}"
MOMENTS = "journal=bookings&de=2027-03-01&a=2027-03-31"
AUDITS = (
    "/audit",
    "/audit?quoi=la-ferme",
    f"/audit?quoi={UUID(int=7)}",
    THE_BOOKING,
    f"{THE_BOOKING}/etat?jour=2027-03-08&heure=14:05",
    "/audit/changements",
    f"/audit/changements?{MOMENTS}",
)
ARRIVAL = f"/arrivee/{UUID(int=7)}"
MOVE = f"/reservations/{UUID(int=7)}/deplacement"
EXTRAS = f"/reservations/{UUID(int=7)}/supplements"
THE_SERIES = f"/series/{UUID(int=9)}"
PUBLIC = (
    *("/", "/trouver", "/agenda", "/ouvrir-un-espace", "/espaces/la-ferme"),
    *("/connexion", "/connexion/code", "/connexion/cle", "/inscription", "/inscription/good"),
    *("/mot-de-passe-oublie", "/nouveau-mot-de-passe/good"),
)
OWN = (
    "/reserver/la-ferme",
    "/reserver/la-ferme?ressource=open-space",
    "/reserver/la-ferme?ressource=salle",
    "/reserver/la-ferme?ressource=bureau",
    "/accueil",
    "/mes-reservations",
    "/mes-reservations/calendrier",
    "/liste-d-attente",
    "/mon-pass",
    "/mon-compte",
    "/mon-compte/double",
    "/mes-courriels",
    "/mon-profil",
    ARRIVAL,
    MOVE,
    EXTRAS,
    THE_SERIES,
    "/espaces/la-ferme/arrivee",
    "/mon-compte/cles",
)
SETTINGS = (
    "/espaces/la-ferme/offre",
    "/espaces/la-ferme/offre/open-space",
    "/espaces/la-ferme/offre/salle",
    "/espaces/la-ferme/horaires",
    "/espaces/la-ferme/membres",
    "/espaces/la-ferme/membres/abonner?nom=lamb",
    f"/espaces/la-ferme/membres/{UUID(int=12)}",
    "/espaces/la-ferme/supplements",
    "/espaces/la-ferme/supplements?quoi=ecran",
    "/espaces/la-ferme/carnets",
    "/espaces/la-ferme/carnets/vente?nom=lamb",
    "/espaces/la-ferme/offre/salle/agendas",
)
"""Also for whoever coordinates the network."""
HOST = f"/espaces/la-ferme/jour/{TODAY}"
HOSTS = (
    HOST,
    "/espaces/la-ferme/sans-reservation",
    "/espaces/la-ferme/sans-reservation?nom=lamb",
    "/espaces/la-ferme/affiche",
    "/espaces/la-ferme/demandes",
    "/espaces/la-ferme/planning",
    *SETTINGS,
    "/espaces/la-ferme/frequentation",
    "/espaces/la-ferme/frequentation?par=mois",
)
"""For whoever runs the space."""
ALL = [(None, each) for each in PUBLIC] + [("lise", each) for each in OWN]
ALL += [("hugo", each) for each in (*HOSTS, ARRIVAL, MOVE, EXTRAS, THE_SERIES)]
ALL += [("olga", "/exploitation"), ("lise", "/agenda")]
ALL += [("lise", "/ouvrir-un-espace"), ("carla", "/candidats")]
ALL += [("aude", each) for each in (*AUDITS, "/audit/dossier", "/audit/communication")]


def plain(text):
    """With the spaces and the dash of a keyboard."""
    return re.sub("\u2060", "", re.sub("[\u00a0\u202f]", " ", text)).replace("\u2013", "-")


RIGHTS = {"restricted": False, "certificate": None, "duties": []}
DUTIES = [{"duty": "accounting", "until": "2036-12-31"}]
DISCLOSED = {
    "disclosure": UUID(int=61),
    "told": datetime(2026, 3, 2, 9, tzinfo=UTC),
    "purpose": "grant-control",
    "recipient": "Autorité de gestion",
    "fields": ["given_name", "birth_year"],
}
ERASURE = {
    "certificate": UUID(int=62),
    "person": LISE,
    "requested": None,
    "until": None,
    "erased": datetime(2026, 3, 2, 9, tzinfo=UTC),
    "fields": ["email", "given_name"],
    "duties": [],
    "cleaned": None,
    "commitments": [{"fact": f"{LISE}/1", "commitment": "ab" * 32, "since": "2026-01-02"}],
}
