"""Packs of half-days: what a host offers and sells, and what a member sees of hers."""

from datetime import timedelta
from uuid import UUID

from gateway import whose
from gateway.views.credits import ListCredits, ListPacks, ListSoldPacks
from gateway.views.reception import FindMembers
from services.members.domain import PackCodeTaken, PackNoLongerOffered
from tests.pages.samples import CREDIT, LISE, PACK, TODAY, plain, previewed
from tests.pages.test_forms import DESK, answer
from tests.pages.test_settings import marked, order, post

PACKS = "/espaces/la-ferme/carnets"


def test_a_host_sees_what_was_sold_and_what_is_left(browser, page):
    seen = plain(page(browser("hugo").get(PACKS)).text)
    assert "Lise Lambert Carnet de dix jours · 180 €" in seen
    assert "Il reste 8,5 jours sur 10 jours" in seen
    assert "10 jours, 180 €, valable 12 mois" in seen


def test_a_pack_is_offered_and_withdrawn(browser, world):
    typed = {"name": "Cinq jours", "code": "cinq", "amount": "10", "cents": "95,50"}
    for kind, counted in (("desk", "half_days"), ("room", "hours"), ("machine", "hours")):
        done = post(browser, "carnets", **typed, kind=kind, valid_months="6")
        assert done.headers["Location"] == f"{PACKS}?fait=carnet"
        words = {"name": "Cinq jours", "code": "cinq", "kind": kind, counted: 10, "cents": 9550}
        assert order(world) == ("offer_pack", {**words, "valid_months": 6})
        world.services.asked.clear()
    world.services.asked.clear()
    post(browser, "carnets/retrait", pack=str(PACK["pack"]))
    assert order(world) == ("withdraw_pack", {"pack_id": str(PACK["pack"])})


def test_a_pack_that_makes_no_sense_is_kept_as_typed(browser, page, world):
    typed = {"name": "", "code": "Cinq", "amount": "dix", "cents": "cher", "valid_months": "0"}
    for kind in ("desk", "room"):
        seen = page(post(browser, "carnets", **typed, kind=kind))
        assert marked(seen) == {"name", "code", "amount", "cents", "valid_months"}
        [chosen] = [each["value"] for each in seen.all("option") if "selected" in each]
        assert (chosen, seen.value("amount"), world.services.asked) == (kind, "dix", [])
    assert "kind" in marked(page(post(browser, "carnets", **typed, kind="kitchen")))
    world.services.answer = answer(PackCodeTaken(code="cinq"))
    typed = {"name": "5", "code": "cinq", "amount": "10", "cents": "95", "valid_months": "6"}
    refused = post(browser, "carnets", **typed)
    assert refused.status_code == 409 and page(refused).value("code") == "cinq"


def test_a_pack_is_sold_to_somebody_found_by_name(browser, page, world):
    seen = page(browser("hugo").get(f"{PACKS}/vente?nom=lamb"))
    assert [each["value"] for each in seen.all("input", name="holder")] == [f"person {LISE}"]
    assert "Carnet de dix jours, 10 jours, 180 €" in plain(seen.text)
    typed = {"pack_id": str(PACK["pack"]), "start": str(TODAY)}
    done = post(browser, "carnets/vente", **typed, holder=f"person {LISE}", nom="lamb")
    assert done.headers["Location"] == f"{PACKS}?fait=vendu"
    assert order(world) == ("sell_pack", typed | {"person_id": str(LISE)})


def test_a_pack_is_sold_to_an_organisation_found_by_name(browser, page, world):
    world.views.found[FindMembers.select] = lambda _: []
    seen = page(browser("hugo").get(f"{PACKS}/vente?nom=bep"))
    bep = UUID(int=12)
    assert [each["value"] for each in seen.all("input", name="holder")] == [f"organisation {bep}"]
    typed = {"pack_id": str(PACK["pack"]), "start": str(TODAY)}
    post(browser, "carnets/vente", **typed, holder=f"organisation {bep}", nom="bep")
    assert order(world) == ("sell_pack", typed | {"organisation_id": str(bep)})


def test_a_sale_that_cannot_be_comes_back(browser, page, world):
    seen = page(post(browser, "carnets/vente", nom="lamb", holder="", pack_id="", start="x"))
    wrong = {each["id"] for _, each in seen.elements if each.get("aria-invalid")}
    assert wrong == {"holder", "pack_id", "start"} and seen.value("start") == "x"
    typed = {"holder": f"person {LISE}", "pack_id": str(PACK["pack"]), "start": str(TODAY)}
    world.services.answer = answer(PackNoLongerOffered())
    refused = post(browser, "carnets/vente", **typed, nom="lamb")
    assert refused.status_code == 409 and "retiré" in page(refused).text


def test_what_is_left_is_taken_back_by_the_space_that_sold_it(browser, world):
    post(browser, "carnets/reprise", credit=str(CREDIT["credit"]))
    assert order(world) == ("revoke_credit", {"credit_id": str(CREDIT["credit"])})
    world.services.asked.clear()
    world.views.found[whose.CREDIT.select] = lambda _: [{"sold_at": UUID(int=99)}]
    assert post(browser, "carnets/reprise", credit=str(CREDIT["credit"])).status_code == 403
    world.views.found[whose.PACK.select] = lambda _: [{"space": None}]
    refused = post(browser, "carnets/retrait", pack=str(PACK["pack"]))
    assert refused.status_code == 403, "a pack of the network is not one host's"
    assert world.services.asked == []


def test_what_has_ended_or_was_taken_back_says_so(browser, page, world):
    ended = CREDIT | {"last": TODAY - timedelta(days=1)}
    revoked = CREDIT | {"revoked": True, "left": 0}
    world.views.found[ListSoldPacks.select] = lambda _: [ended, revoked]
    seen = page(browser("hugo").get(PACKS))
    assert "terminé" in seen.text and "repris" in seen.text
    assert not seen.all("input", name="credit")


def test_a_member_sees_what_is_left_until_when_and_where(browser, page, world):
    seen = plain(page(browser("lise").get("/mon-pass")).text)
    assert "Carnet de dix jours Valable à La Ferme <Coworking>" in seen
    assert "Il reste 8,5 jours sur 10 jours" in seen
    everywhere = CREDIT | {"space": None, "space_name": None}
    world.views.found[ListCredits.select] = lambda _: [everywhere]
    assert "Valable dans tous les espaces" in plain(browser("lise").get("/mon-pass").text)


OF_ROOMS = CREDIT | {"kind": "room", "half_days": 0, "minutes": 600, "left": 90}
OF_ROOMS |= {"name": "Dix heures", "organisation": UUID(int=12), "organisation_name": "BEP"}


def test_hours_and_packs_of_an_organisation_are_told_as_such(browser, page, world):
    world.views.found[ListCredits.select] = lambda _: [OF_ROOMS]
    seen = plain(page(browser("lise").get("/mon-pass")).text)
    assert "Dix heures Valable à La Ferme <Coworking> · De BEP, pour toutes les personnes" in seen
    assert "Il reste 1,5 heure sur 10 heures en salle" in seen
    pack = PACK | {"kind": "machine", "half_days": 0, "minutes": 120}
    world.views.found[ListPacks.select] = lambda _: [pack]
    world.views.found[ListSoldPacks.select] = lambda _: [OF_ROOMS | {"holder": "BEP"}]
    host = plain(page(browser("hugo").get(PACKS)).text)
    assert "2 heures sur une machine, 180 €" in host and "BEP Dix heures" in host


def test_a_preview_of_a_room_says_how_many_hours_are_left(browser, page, world):
    world.views.found[ListCredits.select] = lambda _: [OF_ROOMS]
    line = {"unit": "credit hour", "quantity": 90, "each_cents": 0, "cents": 0}
    told = previewed(TODAY, lines=[line | {"name": "Dix heures"}])
    used = {"booking_id": str(UUID(int=7)), "half_days": 0, "minutes": 90, "left": 30}
    fact = {"type": "bookings.CreditUsed", "subject": str(CREDIT["credit"]), "data": used}
    told["done"]["facts"].append(fact)
    world.services.answer = told
    asked = {"resource": "salle", "day": str(TODAY), "start": "09:00", "end": "10:30"}
    asked |= {"csrf": "lise", "step": "preview"}
    seen = plain(page(browser("lise").post("/reserver/la-ferme", data=asked)).text)
    assert "90 min du carnet « Dix heures » gratuit" in seen and ": 0,5 heure en salle." in seen


def test_a_preview_says_which_pack_pays_and_what_is_left_of_it(browser, page, world):
    line = {"unit": "credit half-day", "quantity": 2, "each_cents": 0, "cents": 0}
    told = previewed(TODAY, lines=[line | {"name": CREDIT["name"]}])
    used = {"booking_id": str(UUID(int=7)), "half_days": 2, "left": 15}
    fact = {"type": "bookings.CreditUsed", "subject": str(CREDIT["credit"]), "data": used}
    told["done"]["facts"].append(fact)
    world.services.answer = told
    shown = browser("lise").post("/reserver/la-ferme", data=DESK | {"step": "preview"})
    seen = plain(page(shown).text)
    assert "2 demi-journées du carnet « Carnet de dix jours » gratuit" in seen
    assert "Reste ensuite de « Carnet de dix jours »" in seen and "7,5 jours." in seen
