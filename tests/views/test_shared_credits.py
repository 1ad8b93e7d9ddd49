"""A pack of hours that an organisation has got: what is left of it, and who sees which use."""

from functools import partial

import pytest

from gateway.views.credits import ListCredits, ListPacks, ListSoldPacks
from tests.views import ring as network


@pytest.fixture(scope="module")
def it(ring, views):
    """Noor belongs to the organisation, and has booked a room with an hour and a half of it."""
    it, do = ring.it, ring.do
    pack = {"name": "Dix heures", "kind": "room", "hours": 10, "cents": 9000, "valid_months": 6}
    it.hours = do("members", "offer_pack", space_id=it.ferme, code="hours", **pack)
    sold = {"space_id": it.ferme, "pack_id": it.hours, "start": "2026-03-09"}
    it.shared = do("members", "sell_pack", organisation_id=it.bep, **sold)
    at = [{"day": "2026-03-10", "start": "14:00", "end": "15:30"}]
    where = {"space_id": it.ferme, "resource_id": it.room}
    it.by_noor = do("bookings", "book_room", **where, person_id=it.noor, times=at)
    for view in views.values():
        ring.show(view)
    return it


@pytest.fixture
def ask(gateway_database, views):
    return partial(network.ask, gateway_database)


def test_what_is_on_offer_says_what_it_is_spent_on(ask, it):
    found = {str(each["pack"]): each for each in ask(ListPacks, space_id=it.ferme)}
    hours, days = found[it.hours], found[it.pack]
    assert (hours["kind"], hours["half_days"], hours["minutes"]) == ("room", 0, 600)
    assert (days["kind"], days["half_days"], days["minutes"]) == ("desk", 4, 0)


def test_whoever_belongs_to_it_sees_what_is_left_and_not_who_used_it(ask, it):
    found = {str(each["credit"]): each for each in ask(ListCredits, person_id=it.noor)}
    shared = found[it.shared]
    assert (shared["left"], shared["minutes"], shared["organisation_name"]) == (510, 600, "BEP")
    assert (shared["person"], shared["uses"]) == (None, [])
    assert found[it.credit]["organisation"] is None
    assert it.shared not in {str(e["credit"]) for e in ask(ListCredits, person_id=it.lise)}


def test_the_space_sees_to_which_organisation_it_was_sold(ask, it):
    found = {str(each["credit"]): each for each in ask(ListSoldPacks, space_id=it.ferme)}
    shared = found[it.shared]
    assert (shared["holder"], shared["left"], shared["kind"]) == ("BEP", 510, "room")
    assert found[it.credit]["holder"] == "Noor Claes"
