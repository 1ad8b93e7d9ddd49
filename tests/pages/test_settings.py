"""What a host decides about the space: hours, closures, terms, what there is, prices and rules."""

from datetime import timedelta
from uuid import UUID

import pytest

from gateway.language import LANGUAGES
from gateway.pages.host.typed import cents, euros
from gateway.views.directory import SeeSpace
from services.spaces.domain.resource import PricesMissing
from tests.pages.samples import DESKS, HUGO, ROOM, SETTINGS, SPACE, TODAY, plain
from tests.pages.test_forms import KEY, answer

AT = "/espaces/la-ferme"
FORM = {"csrf": "hugo", "key": KEY}
CLOSURE = {"day": str(TODAY + timedelta(days=9)), "open": False, "reason": "Inventaire"}


def post(browser, path, who="hugo", **typed):
    return browser(who).post(f"{AT}/{path}", data=FORM | {"csrf": who} | typed)


def order(world):
    [(_, verb, words, call)] = world.services.asked
    assert KEY in call["command"]
    return verb, {name: value for name, value in words.items() if name != "space_id"}


def marked(seen):
    return {each["name"] for _, each in seen.elements if each.get("aria-invalid")}


POSTS = (
    *("offre", "offre/salle/prix", "offre/salle/regles", "offre/salle/retrait", "horaires"),
    *("jours-feries", "fermetures", "ouvertures", "conditions", "membres/abonner"),
    *("formules", "formules/retrait", f"membres/{UUID(int=12)}"),
    *("supplements", "supplements/retrait"),
    *("carnets", "carnets/retrait", "carnets/reprise", "carnets/vente"),
)


@pytest.mark.parametrize("path", POSTS)
def test_nobody_but_the_host_decides(browser, world, path):
    assert post(browser, path, "lise").status_code == 403
    world.credentials.roles = world.credentials.roles | {HUGO: [f"host {UUID(int=99)}"]}
    assert post(browser, path).status_code == 403
    assert browser().post(f"{AT}/{path}", data=FORM).status_code in (303, 403)
    assert world.services.asked == []


@pytest.mark.parametrize("path", POSTS)
def test_a_form_of_another_site_decides_nothing(browser, world, path):
    refused = browser("hugo").post(f"{AT}/{path}", data=FORM | {"csrf": "lise"})
    assert refused.status_code == 403 and world.services.asked == []


def test_a_coordinator_sees_what_a_host_decides_and_not_who_comes(browser, page):
    colette = browser("carla")
    for address in SETTINGS[:5]:
        assert colette.get(address).status_code == 200, address
    menu = page(colette.get(f"{AT}/offre"))
    assert menu.all("a", href=f"{AT}/horaires") and not menu.all("a", href=f"{AT}/jour")
    assert colette.get(f"{AT}/jour").status_code == 403
    assert colette.get("/mes-espaces").headers["Location"] == f"{AT}/offre"


# Prices and rules


def test_prices_are_filled_in_with_those_of_today_and_typed_in_euros(browser, page, world):
    assert page(browser("hugo").get(f"{AT}/offre/salle")).value("hour_cents") == "15,50"
    done = post(browser, "offre/salle/prix", hour_cents="18,5", day_cents="100", month_cents="")
    assert done.headers["Location"] == f"{AT}/offre/salle?fait=enregistre"
    prices = {"hour_cents": 1850, "day_cents": 10000}
    assert order(world) == ("set_prices", {"resource_id": str(ROOM), **prices})


@pytest.mark.parametrize("wrong", ["douze", "-3", "1,234", "1e3", "12345678", "\u0663"])
def test_a_price_that_is_none_is_marked_and_kept(browser, page, world, wrong):
    seen = page(post(browser, "offre/salle/prix", hour_cents=wrong, day_cents="100"))
    assert marked(seen) == {"hour_cents"} and world.services.asked == []
    assert (seen.value("hour_cents"), seen.value("day_cents")) == (wrong, "100")
    assert seen.value("horizon_days") == "366"  # of the other form, as it is


TIERED = SPACE["resources"][1] | {"tiers": [{"above": 3, "each_cents": 1250}]}


def with_tiers(world):
    world.views.found[SeeSpace.select] = lambda _: [SPACE | {"resources": [TIERED]}]


def test_prices_from_a_length_on_are_filled_in_with_a_row_to_spare(browser, page, world):
    with_tiers(world)
    seen = page(browser("hugo").get(f"{AT}/offre/salle"))
    assert (seen.value("above-0"), seen.value("each_cents-0")) == ("3", "12,50")
    assert seen.value("above-1") == "" and not seen.all("input", name="above-2")
    shown = page(browser("hugo").get(f"{AT}/offre"))
    assert "12,50 € au-delà de 3 heures" in plain(shown.text)
    typed = {"hour_cents": "15,50", "above-0": "3", "each_cents-0": "12,50"}
    post(browser, "offre/salle/prix", **typed, **{"above-1": "6", "each_cents-1": "10"})
    tiers = [{"above": 3, "each_cents": 1250}, {"above": 6, "each_cents": 1000}]
    prices = {"hour_cents": 1550, "tiers": tiers}
    assert order(world) == ("set_prices", {"resource_id": str(ROOM), **prices})


def test_a_length_that_is_none_is_marked_in_its_row(browser, page, world):
    with_tiers(world)
    typed = {"hour_cents": "15", "above-0": "3", "each_cents-0": "12", "above-1": "x"}
    seen = page(post(browser, "offre/salle/prix", **typed))
    assert marked(seen) == {"above-1", "each_cents-1"} and seen.value("above-1") == "x"
    typed |= {"above-1": "2", "each_cents-1": "10"}
    seen = page(post(browser, "offre/salle/prix", **typed))
    assert marked(seen) == {"above-0", "above-1"}, "a length that does not rise"
    assert world.services.asked == []


def test_amounts_are_typed_as_they_are_written():
    assert [cents(each) for each in ("15", "15,5", "15.50", "1 234,05")] == [
        *(1500, 1550, 1550, 123405),
    ]
    for language in LANGUAGES.values():
        for amount in (0, 5, 1500, 1550, 123405):
            assert cents(euros(language, amount)) == amount


def test_a_refusal_of_prices_is_said(browser, page, world):
    world.services.answer = answer(PricesMissing())
    refused = post(browser, "offre/salle/prix", hour_cents="")
    assert refused.status_code == 409 and page(refused).value("hour_cents") == ""


def test_rules_are_filled_in_and_set(browser, page, world):
    rules = {"shortest_minutes": 30, "longest_minutes": None, "notice_minutes": 60}
    room = SPACE["resources"][1] | {"rules": {**rules, "horizon_days": 90}}
    world.views.found[SeeSpace.select] = lambda _: [SPACE | {"resources": [room]}]
    seen = page(browser("hugo").get(f"{AT}/offre/salle"))
    shown = [seen.value(n) for n in ("shortest_minutes", "longest_minutes", "horizon_days")]
    assert shown == ["30", "", "90"]
    typed = {"shortest_minutes": "", "longest_minutes": "120", "notice_minutes": "0"}
    post(browser, "offre/salle/regles", **typed, horizon_days="30")
    words = {"longest_minutes": 120, "notice_minutes": 0, "horizon_days": 30}
    assert order(world) == ("set_booking_rules", {"resource_id": str(ROOM), **words})


def test_a_rule_that_is_none_is_marked(browser, page, world):
    typed = {"shortest_minutes": "60", "longest_minutes": "30", "notice_minutes": "x"}
    seen = page(post(browser, "offre/salle/regles", **typed, horizon_days="9999"))
    assert marked(seen) == {"notice_minutes", "horizon_days"}
    assert seen.value("notice_minutes") == "x" and seen.value("hour_cents") == "15,50"
    typed |= {"notice_minutes": "0"}
    seen = page(post(browser, "offre/salle/regles", **typed, horizon_days="9"))
    assert marked(seen) == {"longest_minutes"} and world.services.asked == []


def test_desks_have_no_shortest_time(browser, page):
    seen = page(browser("hugo").get(f"{AT}/offre/open-space"))
    assert not seen.all("input", name="shortest_minutes")


# What there is


def test_something_is_added_and_priced_next(browser, world):
    typed = {"name": "Salle verte", "code": "verte", "kind": "room", "seats": "8", "units": ""}
    done = post(browser, "offre", **typed)
    assert done.headers["Location"] == f"{AT}/offre/verte?fait=ajoute"
    named = {"name": "Salle verte", "code": "verte", "kind": "room"}
    assert order(world) == ("add_resource", {**named, "seats": 8})


def test_what_cannot_be_added_is_kept_as_typed(browser, page, world):
    seen = page(post(browser, "offre", name="", code="Salle Verte", kind="castle", seats="many"))
    assert marked(seen) == {"name", "code", "kind", "seats"} and world.services.asked == []
    assert (seen.value("code"), seen.value("seats")) == ("Salle Verte", "many")


def test_something_is_withdrawn(browser, world):
    done = post(browser, "offre/open-space/retrait")
    assert done.headers["Location"] == f"{AT}/offre?fait=retire"
    assert order(world) == ("retire_resource", {"resource_id": str(DESKS)})
    assert browser("hugo").get(f"{AT}/offre/cuisine").status_code == 404


# Hours, closures, terms


def hours_typed(page, browser):
    seen = page(browser("hugo").get(f"{AT}/horaires"))
    return {e["name"]: e["value"] for e in seen.all("input", type="time") if "-" in e["name"]}


def test_hours_sent_as_they_were_filled_in_change_nothing(browser, page, world):
    evening = [{"weekday": 1, "opens": 1140, "closes": 1440}]
    late = SPACE | {"hours": [*SPACE["hours"], *evening]}
    world.views.found[SeeSpace.select] = lambda _: [late]
    typed = hours_typed(page, browser)
    assert (typed["opens-1-1"], typed["closes-1-1"], typed["opens-2-1"]) == ("19:00", "00:00", "")
    done = post(browser, "horaires", **typed)
    assert done.headers["Location"] == f"{AT}/horaires?fait=enregistre"
    verb, words = order(world)
    assert verb == "set_hours" and len(words["hours"]) == 8
    assert words["hours"][:2] == [
        {"weekday": 1, "opens": "08:00", "closes": "18:00"},
        {"weekday": 1, "opens": "19:00", "closes": "24:00"},
    ]


def test_a_time_that_is_none_is_marked_on_its_day(browser, page, world):
    typed = hours_typed(page, browser) | {"closes-3-0": "", "opens-5-1": "noon"}
    seen = page(post(browser, "horaires", **typed))
    assert marked(seen) == {"closes-3-0", "opens-5-1", "closes-5-1"}
    assert seen.value("opens-5-1") == "noon" and world.services.asked == []


def test_a_day_is_closed_and_opened_again(browser, page, world):
    world.views.found[SeeSpace.select] = lambda _: [SPACE | {"days": [CLOSURE]}]
    seen = page(browser("hugo").get(f"{AT}/horaires"))
    assert "Inventaire" in seen.text
    assert seen.all("input", type="hidden", name="open_day")[0]["value"] == CLOSURE["day"]
    post(browser, "ouvertures", open_day=CLOSURE["day"])
    assert order(world) == ("open_day", {"day": CLOSURE["day"]})
    world.services.asked.clear()
    post(browser, "fermetures", day=CLOSURE["day"], reason="Travaux")
    assert order(world) == ("close_day", {"day": CLOSURE["day"], "reason": "Travaux"})


def test_a_mistake_about_a_day_is_marked_in_its_own_form(browser, page):
    assert marked(page(post(browser, "ouvertures", open_day="x"))) == {"open_day"}
    assert marked(page(post(browser, "fermetures", day="", reason=""))) == {"day", "reason"}


def test_holidays_and_terms(browser, page, world):
    post(browser, "jours-feries", observed="yes")
    assert order(world) == ("observe_holidays", {"observed": True})
    world.services.asked.clear()
    assert page(browser("hugo").get(f"{AT}/horaires")).value("cancellation_hours") == "24"
    terms = {"cancellation_hours": "48", "buffer_minutes": "0", "midday": "12:30"}
    post(browser, "conditions", **terms)
    words = {"cancellation_hours": 48, "buffer_minutes": 0, "midday": "12:30"}
    assert order(world) == ("set_terms", words)
    wrong = page(post(browser, "conditions", cancellation_hours="", buffer_minutes="-1"))
    assert marked(wrong) == {"cancellation_hours", "buffer_minutes", "midday"}
    assert marked(page(post(browser, "jours-feries", observed=""))) == {"observed"}
    assert plain(wrong.text).count("0 à 1440") == 1
