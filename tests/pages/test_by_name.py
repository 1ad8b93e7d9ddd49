"""A host looks for somebody by name: at the counter, for a subscription, for a pack."""

import pytest

from gateway.views.reception import FindMembers

WHERE = ("sans-reservation", "membres/abonner", "carnets/vente")


@pytest.fixture(params=WHERE)
def looked_for(request, browser):
    address = f"/espaces/la-ferme/{request.param}"
    return lambda name: browser("hugo").get(address, params={"nom": name})


def test_who_is_called_so_is_shown(looked_for):
    assert "Lise" in looked_for("lamb").text


def test_a_name_longer_than_any_is_nobodys(looked_for, page, world):
    def asked(_):
        raise AssertionError("nobody is called that")

    world.views.found[FindMembers.select] = asked
    told = looked_for("x" * 5000)
    assert told.status_code == 200 and "Personne de ce nom" in page(told).text
