"""Some days in the life of the network: Chimay, Charleville, and who goes from one to the other."""

from datetime import UTC, datetime
from types import SimpleNamespace

MONDAY = "2026-03-02"


def story(ring):
    """Chimay and Charleville: people, places, bookings, a pass, a course."""
    do, it = ring.do, SimpleNamespace()
    ring.it = it

    it.bep = do(
        "members", "register_organisation", code="bep", name="BEP", country="BE", kind="public"
    )
    it.ferme = ring.open_space(it.bep, "la-ferme", "La Ferme", "Chimay", "BE", "Europe/Brussels")
    it.rimbaud = ring.open_space(
        it.bep, "rimbaud-tech", "Rimbaud'Tech", "Charleville", "FR", "Europe/Paris"
    )
    it.arlon = ring.open_space(
        it.bep, "arlon", "Arlon", "Arlon", "BE", "Europe/Brussels", planned=True
    )
    hours = [
        {"weekday": day, "opens": opens, "closes": closes}
        for day in range(1, 6)
        for opens, closes in (("14:00", "18:00"), ("08:00", "12:30"))
    ]
    for each in (it.ferme, it.rimbaud):
        do("spaces", "set_hours", space_id=each, hours=hours)
    do("spaces", "set_terms", space_id=it.ferme, cancellation_hours=1, buffer_minutes=15)
    do("spaces", "describe_space", space_id=it.ferme, languages=["fr", "nl"], amenities=["garden"])
    it.desks = ring.add(it.ferme, "desks", "desks", 3, half_day_cents=900, day_cents=1500)
    it.room = ring.add(it.ferme, "room", "etang", hour_cents=1500)
    it.fablab = ring.add(it.ferme, "machines", "fablab", 2, hour_cents=1200)
    it.office = ring.add(it.ferme, "office", "bureau", month_cents=24000)
    it.abroad = ring.add(it.rimbaud, "desks", "tables", 2, half_day_cents=700, day_cents=1200)
    screen = {"name": "Screen", "per": "hour", "cents": 400, "stock": 3, "kinds": ["desks"]}
    for code in ("screen", "beamer", "screen"):
        do("spaces", "offer_extra", space_id=it.ferme, extra=code, **screen)
    do("spaces", "withdraw_extra", space_id=it.ferme, extra="beamer")
    do("spaces", "close_day", space_id=it.ferme, day="2026-03-05", reason="Works")
    do("spaces", "open_day", space_id=it.ferme, day="2026-04-06")
    loan = do(
        "spaces",
        "lend",
        space_id=it.ferme,
        borrower_id=it.rimbaud,
        kind="equipment",
        what="Projector",
        start=MONDAY,
        end="2026-03-31",
    )
    do("spaces", "return_loan", space_id=it.ferme, loan_id=loan, day=MONDAY)

    it.lise = ring.join("Lise", "Lambert", it.ferme, "BE")
    it.marc = ring.join("Marc", "Petit", it.rimbaud, "FR")
    it.noor = ring.join("Noor", "Claes", it.ferme, "BE")
    it.idea = do(
        "spaces",
        "propose_space",
        person_id=it.noor,
        name="La Grange",
        town="Couvin",
        country="BE",
        premises="farm",
        desks=8,
        rooms=1,
    )
    do("spaces", "take_step", candidate_id=it.idea, step="visited")
    do("spaces", "decline_candidate", candidate_id=it.idea, reason="too-near")
    it.hugo = ring.join("Hugo", "Roux", it.rimbaud, "FR")
    do(
        "members",
        "correct_details",
        person_id=it.lise,
        given_name="Lise",
        family_name="Lambertmont",
        email="lise@example.org",
        birth_year=1987,
    )
    for consent in ("training-letters", "surveys"):
        do("members", "give_consent", person_id=it.lise, consent=consent, version=1)
    do("members", "withdraw_consent", person_id=it.lise, consent="training-letters")
    do("members", "grant_role", person_id=it.marc, role="host", space_id=it.rimbaud)
    do("members", "grant_role", person_id=it.marc, role="coordinator")
    do("members", "revoke_role", person_id=it.marc, role="coordinator")
    do("members", "join_organisation", organisation_id=it.bep, person_id=it.noor)
    plan = do(
        "members",
        "offer_plan",
        space_id=it.ferme,
        code="ten",
        name="Dix jours",
        month_cents=18000,
        included_days=10,
    )
    subscription = do(
        "members", "subscribe", space_id=it.ferme, plan_id=plan, start=MONDAY, person_id=it.lise
    )
    do("members", "pause_subscription", membership_id=subscription, start="2026-05-01")

    pack = {"name": "Carnet", "half_days": 4, "cents": 3200, "valid_months": 12}
    it.pack = do("members", "offer_pack", space_id=None, code="two-days", **pack)
    it.other_pack = do("members", "offer_pack", space_id=it.ferme, code="other", **pack)
    at_counter = {"space_id": it.ferme, "person_id": it.noor, "start": MONDAY}
    it.credit = do("members", "sell_pack", pack_id=it.pack, **at_counter)
    it.mistaken = do("members", "sell_pack", pack_id=it.other_pack, **at_counter)
    do("members", "withdraw_pack", pack_id=it.other_pack)
    do("members", "revoke_credit", credit_id=it.mistaken)

    it.visit = do(
        "bookings",
        "book_desk",
        space_id=it.rimbaud,
        resource_id=it.abroad,
        person_id=it.lise,
        days=[MONDAY, "2026-03-03"],
        part="day",
    )
    at = [{"day": "2026-03-03", "start": "09:00", "end": "10:30"}]
    it.meeting = do(
        "bookings", "book_room", space_id=it.ferme, resource_id=it.room, person_id=it.marc, times=at
    )
    it.morning = do(
        "bookings",
        "book_desk",
        space_id=it.ferme,
        resource_id=it.desks,
        person_id=it.marc,
        days=["2026-03-03"],
        part="morning",
    )
    it.moved = do(
        "bookings",
        "book_desk",
        space_id=it.ferme,
        resource_id=it.desks,
        person_id=it.noor,
        days=["2026-03-03"],
        part="day",
    )
    do("bookings", "move_booking", booking_id=it.moved, days=["2026-03-04"], part="afternoon")
    it.dropped = do(
        "bookings",
        "book_desk",
        space_id=it.ferme,
        resource_id=it.desks,
        person_id=it.lise,
        days=["2026-03-04"],
        part="day",
    )
    do("bookings", "cancel_booking", booking_id=it.dropped)
    do(
        "bookings",
        "book_machine",
        space_id=it.ferme,
        resource_id=it.fablab,
        person_id=it.noor,
        times=[{"day": "2026-03-04", "start": "09:00", "end": "11:00"}],
    )
    it.let = do(
        "bookings",
        "book_office",
        space_id=it.ferme,
        resource_id=it.office,
        person_id=it.noor,
        first_month="2026-04",
        months=2,
    )

    do(
        "mobility",
        "agree_tariff",
        space_id=it.rimbaud,
        valid_from="2026-01-01",
        half_day_cents=600,
        day_cents=1000,
    )
    it.pass_ = do("mobility", "issue_pass", person_id=it.lise, year=2026, days=5, sponsor_id=it.bep)
    do("mobility", "extend_pass", pass_id=it.pass_, days=2)
    do("bookings", "check_in", booking_id=it.visit)
    ring.time = datetime(2026, 3, 3, 8, tzinfo=UTC)
    it.guest = do(
        "bookings",
        "book_desk",
        space_id=it.ferme,
        resource_id=it.desks,
        person_id=it.marc,
        days=["2026-03-03"],
        part="afternoon",
        extras=[{"code": "screen", "quantity": 2}],
    )
    do("bookings", "check_in", booking_id=it.morning)
    do("bookings", "check_in", booking_id=it.morning, at="2026-03-03T08:50:00+01:00")  # sent later
    do("bookings", "record_no_show", booking_id=it.meeting, day="2026-03-03")
    do(
        "mobility",
        "declare_work_day",
        person_id=it.lise,
        day="2026-03-03",
        country="BE",
        place_kind="home",
        half_days=1,
    )
    do(
        "mobility",
        "declare_work_day",
        person_id=it.lise,
        day="2026-03-01",
        country="BE",
        place_kind="home",
        half_days=2,
    )
    do("mobility", "contest_work_day", person_id=it.lise, day="2026-03-01", country="BE")

    it.course = do(
        "training",
        "offer_course",
        code="direction",
        name="Direction",
        provider_id=it.bep,
        required_hours=3,
        modules=[{"code": "one", "title": "One", "hours": 6}],
    )
    halves = [
        {"day": "2026-03-09", "half": half, "module": "one", "minutes": 180}
        for half in ("am", "pm")
    ]
    it.session = do(
        "training",
        "plan_session",
        course_id=it.course,
        space_id=it.ferme,
        place="Salle",
        trainers=[it.hugo],
        capacity=2,
        slots=halves,
    )
    for each in (it.marc, it.lise, it.noor):
        do("training", "enrol", session_id=it.session, person_id=each)
    do("training", "cancel_enrolment", session_id=it.session, person_id=it.marc)
    do("training", "enrol", session_id=it.session, person_id=it.marc)
    ring.time = datetime(2026, 3, 9, 20, tzinfo=UTC)
    do(
        "training",
        "record_attendance",
        session_id=it.session,
        person_id=it.lise,
        day="2026-03-09",
        half="am",
        minutes=180,
    )
    return ring
