"""Plans and subscriptions, as the host of a space sees and changes them."""

from uuid import UUID

import pytest

from gateway import whose
from gateway.views.people import ListMemberships, ListOrganisations
from tests.pages.samples import FERME, LISE, MEMBERSHIP, PLAN, TODAY, plain
from tests.pages.test_settings import marked, order, post

MEMBERS = "/espaces/la-ferme/membres"
ONE = f"membres/{MEMBERSHIP['membership']}"


def test_who_subscribes_is_listed_with_the_plan(browser, page):
    seen = page(browser("hugo").get(MEMBERS))
    assert "Lise Lambert Dix jours en cours" in plain(seen.text)
    assert "180 € le mois 10 jours par mois" in plain(seen.text)


def test_a_plan_is_offered_and_withdrawn(browser, world):
    typed = {"name": "Cinq jours", "code": "cinq", "month_cents": "95,50", "included_days": "5"}
    assert post(browser, "formules", **typed, access_hours="").status_code == 303
    words = {"name": "Cinq jours", "code": "cinq", "month_cents": 9550, "included_days": 5}
    assert order(world) == ("offer_plan", words)
    world.services.asked.clear()
    post(browser, "formules/retrait", plan=str(PLAN["plan"]))
    assert order(world) == ("withdraw_plan", {"plan_id": str(PLAN["plan"])})


def test_a_plan_that_makes_no_sense_is_kept_as_typed(browser, page, world):
    typed = {"name": "", "code": "Cinq", "month_cents": "cher", "included_days": "40"}
    seen = page(post(browser, "formules", **typed))
    assert marked(seen) == {"name", "code", "month_cents", "included_days"}
    assert seen.value("month_cents") == "cher" and world.services.asked == []


def test_a_plan_of_another_space_is_not_withdrawn(browser, world):
    world.views.found[whose.PLAN.select] = lambda _: [{"space": UUID(int=99)}]
    refused = post(browser, "formules/retrait", plan=str(PLAN["plan"]))
    assert refused.status_code == 403 and world.services.asked == []


def test_somebody_found_by_name_subscribes(browser, page, world):
    bep = {"organisation": UUID(int=20), "name": "BEP Lambin", "code": "bep"}
    world.views.found[ListOrganisations.select] = lambda _: [bep]
    seen = page(browser("hugo").get(f"{MEMBERS}/abonner?nom=lamb"))
    choices = [each["value"] for each in seen.all("input", name="holder")]
    assert choices == [f"person {LISE}", f"organisation {bep['organisation']}"]
    typed = {"plan_id": str(PLAN["plan"]), "start": str(TODAY), "nom": "lamb"}
    post(browser, "membres/abonner", holder=choices[0], **typed)
    about = {"plan_id": str(PLAN["plan"]), "start": str(TODAY)}
    assert order(world) == ("subscribe", {"person_id": str(LISE), **about})
    world.services.asked.clear()
    post(browser, "membres/abonner", holder=choices[1], **typed)
    assert order(world) == ("subscribe", {"organisation_id": str(bep["organisation"]), **about})


def test_a_subscription_without_a_plan_or_a_subscriber_comes_back(browser, page, world):
    wrong = post(browser, "membres/abonner", nom="lamb", plan_id="", start="")
    seen = page(wrong)
    fields = {each["id"] for _, each in seen.elements if each.get("aria-invalid")}
    assert fields == {"holder", "plan_id", "start"} and wrong.status_code == 422
    assert seen.all("p", id="holder-faux") and world.services.asked == []
    assert seen.all("input", name="holder")  # those found before


CHANGES = {
    "plan": ("change_plan", {"start": str(TODAY), "plan_id": str(UUID(int=13))}),
    "pause": ("pause_subscription", {"start": str(TODAY)}),
    "resume": ("resume_subscription", {"start": str(TODAY)}),
    "end": ("end_subscription", {"end": str(TODAY)}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_subscription_is_changed(browser, world, change):
    world.views.found[whose.MEMBERSHIP.select] = lambda _: [{"space": FERME, "person": LISE}]
    typed = {"change": change, "day": str(TODAY), "plan_id": str(UUID(int=13))}
    assert post(browser, ONE, **typed).headers["Location"] == f"{MEMBERS}?fait=enregistre"
    verb, words = CHANGES[change]
    assert order(world) == (verb, {"membership_id": str(MEMBERSHIP["membership"]), **words})
    world.views.found[whose.MEMBERSHIP.select] = lambda _: [{"space": UUID(int=99), "person": LISE}]
    world.services.asked.clear()
    assert post(browser, ONE, **typed).status_code == 403 and world.services.asked == []


def test_a_day_that_is_none_is_marked(browser, page, world):
    wrong = page(post(browser, ONE, change="pause", day="x"))
    assert marked(wrong) == {"day"} and wrong.value("day") == "x" and world.services.asked == []


def test_only_what_is_possible_is_offered(browser, page, world):
    def offered(state):
        row = MEMBERSHIP | {"state": state}
        world.views.found[ListMemberships.select] = lambda _: [row]
        seen = page(browser("hugo").get(f"{MEMBERS}/{MEMBERSHIP['membership']}"))
        return [each["value"] for each in seen.all("input", name="change")]

    assert offered("active") == ["plan", "pause", "end"]
    assert offered("paused") == ["resume", "end"]
    assert offered("ended") == []
    assert browser("hugo").get(f"{MEMBERS}/{UUID(int=99)}").status_code == 404
