"""Who has got which pack, and what is left of it: from what members and bookings say."""

from functools import partial

import pytest

from gateway.views.credits import ListCredits, ListPacks, ListSoldPacks
from tests.views import ring as network


@pytest.fixture
def it(ring):
    return ring.it


@pytest.fixture
def ask(gateway_database, views):
    return partial(network.ask, gateway_database)


def test_a_pack_is_on_offer_in_its_space_or_everywhere_until_it_is_withdrawn(ask, it):
    for space in (it.ferme, it.rimbaud):
        [pack] = ask(ListPacks, space_id=space)
        assert (str(pack["pack"]), pack["half_days"], pack["cents"]) == (it.pack, 4, 3200)


def test_what_is_left_is_what_was_sold_less_what_bookings_hold(ask, it):
    """A day was booked and became an afternoon: the half-day that was given back counts again."""
    found = {str(each["credit"]): each for each in ask(ListCredits, person_id=it.noor)}
    credit = found[it.credit]
    assert (credit["left"], credit["half_days"], credit["space"]) == (3, 4, None)
    assert credit["uses"] == [{"booking": it.moved, "half_days": 1, "minutes": 0}]
    assert (str(credit["first"]), str(credit["last"])) == ("2026-03-02", "2027-03-01")
    mistaken = found[it.mistaken]
    assert (mistaken["left"], mistaken["revoked"], mistaken["space_name"]) == (0, True, "La Ferme")
    assert ask(ListCredits, person_id=it.lise) == []
    assert ask(ListCredits, person_id=it.noor, since="2027-03-02") == []


def test_a_space_sees_what_it_has_sold_and_to_whom(ask, it):
    sold = ask(ListSoldPacks, space_id=it.ferme)
    assert {str(each["credit"]) for each in sold} == {it.credit, it.mistaken}
    assert {each["holder"] for each in sold} == {"Noor Claes"}
    assert ask(ListSoldPacks, space_id=it.rimbaud) == []
