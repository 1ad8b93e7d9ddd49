"""Who pays less: what a host says, what people see beside the price, and a line of the preview."""

from tests.pages.samples import TODAY, plain, previewed
from tests.pages.test_forms import DESK
from tests.pages.test_settings import marked, order, post

OFFER = "/espaces/la-ferme/offre"
LESS = {"unit": "reduction", "quantity": 20, "each_cents": 0, "cents": -300, "name": "student"}


def test_a_host_says_who_pays_less_and_what_holds_is_filled_in(browser, page, world):
    seen = page(browser("hugo").get(OFFER))
    assert seen.value("percent-student") == "20" and seen.value("percent-employee") == ""
    typed = {"percent-student": "25", "percent-organisation": "10", "percent-employee": ""}
    done = post(browser, "reductions", **typed)
    assert done.headers["Location"] == f"{OFFER}?fait=enregistre"
    said = [("organisation", 10), ("student", 25)]
    reductions = [{"customer": customer, "percent": percent} for customer, percent in said]
    assert order(world) == ("set_reductions", {"reductions": reductions})


def test_a_percentage_that_is_none_is_marked_where_it_was_typed(browser, page, world):
    typed = {"percent-employee": "5", "percent-student": "beaucoup", "percent-start-up": "101"}
    seen = page(post(browser, "reductions", **typed))
    assert marked(seen) == {"percent-student", "percent-start-up"}
    assert seen.value("percent-student") == "beaucoup" and world.services.asked == []


def test_nobody_but_the_host_says_who_pays_less(browser, world):
    assert post(browser, "reductions", "lise").status_code == 403
    assert world.services.asked == []


def test_it_stands_beside_the_price_and_in_the_preview(browser, page, world):
    shown = plain(page(browser("lise").get("/reserver/la-ferme?ressource=open-space")).text)
    assert "20 % de moins : \u00c9tudiant" in shown
    day = {"unit": "day", "quantity": 1, "each_cents": 1500, "cents": 1500, "name": None}
    world.services.answer = previewed(TODAY, lines=[day, LESS])
    answer = browser("lise").post("/reserver/la-ferme", data=DESK | {"step": "preview"})
    seen = plain(page(answer).text)
    assert "20 % de moins : \u00c9tudiant ou \u00e9tudiante -3 €" in seen.replace("\u2212", "-")
    assert "Total hors TVA 12 €" in seen
