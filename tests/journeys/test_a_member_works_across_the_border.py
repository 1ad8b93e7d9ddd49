"""A member of La Ferme (Chimay, Belgium) works a day at Rimbaud'Tech (Charleville, France)."""

from datetime import timedelta
from types import SimpleNamespace

import pytest


@pytest.fixture(scope="module")
def la_ferme(a_space):
    return a_space("La Ferme", "Chimay", "BE", "Europe/Brussels")


@pytest.fixture(scope="module")
def rimbaud_tech(a_space):
    desks = {"units": 20, "day_cents": 1200, "half_day_cents": 700}
    return a_space("Rimbaud'Tech", "Charleville-Mézières", "FR", "Europe/Paris", desks=desks)


@pytest.fixture(scope="module")
def today(rimbaud_tech):
    return rimbaud_tech.today()


@pytest.fixture(scope="module")
def lise(somebody, la_ferme):
    return somebody(home=la_ferme, given_name="Lise", family_name="Lambert")


@pytest.fixture(scope="module")
def her_host(somebody, la_ferme):
    return somebody(home=la_ferme, host_of=la_ferme)


@pytest.fixture(scope="module")
def receiving_host(somebody, rimbaud_tech):
    return somebody(home=rimbaud_tech, host_of=rimbaud_tech, residence="FR")


@pytest.fixture(scope="module")
def tariffs(operator, rimbaud_tech, today):
    """The second is in force today, the third only tomorrow."""
    new_year, tomorrow = today.replace(month=1, day=1), today + timedelta(days=1)
    for since, half_day, day in ((new_year, 600, 1100), (today, 700, 1200), (tomorrow, 800, 1300)):
        words = {"valid_from": str(since), "half_day_cents": half_day, "day_cents": day}
        operator.done(f"/v1/spaces/{rimbaud_tech.id}/tariffs", words)


@pytest.fixture(scope="module")
def visit(lise, operator, an_organisation, rimbaud_tech, today, tariffs, soon):
    """Lise has a pass of ten days, books a desk abroad for today, and checks in."""
    words = {"person_id": lise.id, "year": today.year, "days": 10}
    issued = operator.done("/v1/passes", {**words, "sponsor_id": an_organisation("BEP")})
    assert her_pass(lise)["half_days_left"] == 20
    booking = lise.books_a_desk(rimbaud_tech, str(today))
    lise.checks_in(booking)
    soon(lambda: her_pass(lise)["visits"])
    return SimpleNamespace(booking=booking, covered_by=issued["id"])


def her_pass(asker, whose=None):
    (found,) = asker.items(f"/v1/persons/{whose or asker.id}/passes")
    return found


def test_the_pass_has_a_day_less(visit, lise):
    found = her_pass(lise)
    assert (found["half_days_used"], found["half_days_left"]) == (2, 18)


def test_the_host_who_receives_sees_who_is_there_and_from_where(
    visit, lise, receiving_host, rimbaud_tech, today
):
    (guest,) = receiving_host.items(f"/v1/spaces/{rimbaud_tech.id}/days/{today}/visitors")
    assert guest["booking"] == visit.booking
    assert (guest["given_name"], guest["family_name"]) == ("Lise", "Lambert")
    assert (guest["home_space_name"], guest["home_country"]) == ("La Ferme", "BE")
    assert guest["state"] == "checked-in"


def test_the_host_at_home_sees_the_visit_on_the_pass(visit, lise, her_host, rimbaud_tech, today):
    (seen,) = her_pass(her_host, lise.id)["visits"]
    assert (seen["booking"], seen["day"]) == (visit.booking, str(today))
    assert (seen["host_space_name"], seen["country"]) == ("Rimbaud'Tech", "FR")
    assert seen["half_days"] == 2


@pytest.mark.parametrize("side", ["her_host", "receiving_host"])
def test_both_hosts_see_what_is_owed_at_the_tariff_in_force(
    visit, side, la_ferme, rimbaud_tech, today, request
):
    host, month = request.getfixturevalue(side), f"{today:%Y-%m}"
    own = {"her_host": la_ferme, "receiving_host": rimbaud_tech}[side]
    (owed,) = host.items("/v1/settlements", month=month, space_id=own.id)
    assert (owed["home_space_name"], owed["host_space_name"]) == ("La Ferme", "Rimbaud'Tech")
    assert (owed["visits"], owed["half_days"], owed["amount_cents"]) == (1, 2, 1200)
    assert host.items(f"/v1/settlements/{la_ferme.id}/{rimbaud_tech.id}/{month}") == [
        {
            "day": str(today),
            "booking": visit.booking,
            "pass": visit.covered_by,
            "half_days": 2,
            "amount_cents": 1200,
            "tariff_version": 2,
        }
    ]


def test_a_third_host_sees_nothing_of_it(
    visit, lise, somebody, a_space, la_ferme, rimbaud_tech, today
):
    elsewhere = a_space("Coworking Namur", "Namur")
    host = somebody(home=elsewhere, host_of=elsewhere)
    lines = f"/v1/settlements/{la_ferme.id}/{rimbaud_tech.id}/{today:%Y-%m}"
    visitors = f"/v1/spaces/{rimbaud_tech.id}/days/{today}/visitors"
    for private in (lines, visitors, f"/v1/persons/{lise.id}/passes"):
        assert host.get(private).status_code == 403, private


def test_her_work_is_counted_in_the_country_where_it_was_done(visit, lise, today):
    counted = lise.read(f"/v1/persons/{lise.id}/work-days", year=today.year)
    assert counted["countries"] == [{"country": "FR", "half_days": 2}]
    (day,) = counted["days"]
    assert (day["day"], day["place_kind"], day["source"]) == (str(today), "space", "check-in")


def test_nobody_else_may_know_where_she_works(
    visit, lise, her_host, receiving_host, somebody, operator, today
):
    others = [her_host, receiving_host, somebody(role="coordinator"), somebody(role="auditor")]
    for each in (*others, operator):
        asked = each.get(f"/v1/persons/{lise.id}/work-days?year={today.year}")
        assert asked.status_code == 403


def test_she_cannot_check_in_twice(visit, lise):
    again = lise.post(f"/v1/bookings/{visit.booking}/check-in")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/AlreadyCheckedIn")
    assert her_pass(lise)["half_days_left"] == 18
