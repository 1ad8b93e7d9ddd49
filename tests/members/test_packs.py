"""Packs of half-days: offered, sold at the counter, taken back."""

from datetime import date
from functools import partial
from uuid import uuid4

import pytest

from kernel.testing import given
from services.members.domain import (
    Credit,
    CreditAlreadyRevoked,
    Pack,
    PackAlreadyWithdrawn,
    PackNoLongerOffered,
    PackOfAnotherSpace,
)
from tests.members.test_service import (  # noqa: F401
    E420,
    FERME,
    NOWHERE,
    announced,
    done,
    lise,
    members,
    opened,
    refusal,
    vault,
)

HERE, ELSEWHERE = uuid4(), uuid4()
TEN = {"code": "ten", "name": "Dix jours", "half_days": 20, "cents": 18000, "valid_months": 12}


def offered(space_id=HERE, valid_months=12):
    about = {**TEN, "space_id": space_id, "valid_months": valid_months}
    return partial(Pack.PackOffered, **about)


WITHDRAWN = partial(Pack.PackWithdrawn)


def test_a_withdrawn_pack_is_sold_no_more():
    given(Pack, offered()).when(Pack.withdraw).then(WITHDRAWN)
    given(Pack, offered(), WITHDRAWN).when(Pack.withdraw).then_refused(PackAlreadyWithdrawn)
    given(Pack, offered(), WITHDRAWN).when(Pack.check_on_offer, HERE).then_refused(
        PackNoLongerOffered
    )


def test_a_pack_is_sold_in_its_own_space_and_one_of_the_network_everywhere():
    given(Pack, offered()).when(Pack.check_on_offer, HERE).then()
    given(Pack, offered()).when(Pack.check_on_offer, ELSEWHERE).then_refused(PackOfAnotherSpace)
    given(Pack, offered(None)).when(Pack.check_on_offer, ELSEWHERE).then()


@pytest.mark.parametrize(
    ("months", "first", "last"),
    [
        (12, date(2026, 3, 15), date(2027, 3, 14)),
        (1, date(2026, 12, 1), date(2026, 12, 31)),
        (1, date(2027, 1, 31), date(2027, 2, 28)),
        (12, date(2028, 2, 29), date(2029, 2, 28)),
        (12, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_pack_lasts_until_the_day_before_the_same_one(months, first, last):
    assert given(Pack, offered(valid_months=months)).aggregate.last_day(first) == last


def test_a_credit_is_taken_back_once():
    sold = partial(
        Credit.PackSold,
        **{"pack_id": uuid4(), "person_id": uuid4(), "space_id": HERE, "sold_at": HERE},
        **{"name": "Dix jours", "half_days": 20, "cents": 18000},
        **{"first": date(2026, 3, 2), "last": date(2027, 3, 1)},
    )
    revoked = partial(Credit.CreditRevoked)
    given(Credit, sold).when(Credit.revoke).then(revoked)
    given(Credit, sold, revoked).when(Credit.revoke).then_refused(CreditAlreadyRevoked)


# At work


@pytest.fixture
def sell(members, lise):  # noqa: F811
    def ask(pack, space=FERME, person=lise, start="2026-03-15"):
        words = {"space_id": space, "pack_id": pack, "person_id": person, "start": start}
        return members.answer("sell_pack", words)

    return ask


def test_what_is_sold_is_the_pack_as_it_was_that_day(sell, done, lise, announced):  # noqa: F811
    pack = done("offer_pack", space_id=FERME, **TEN)
    announced.clear()
    answer = sell(pack)
    sold, _ = announced
    assert (sold.type, sold.subject) == ("members.PackSold", answer["done"]["id"])
    assert sold.data == {
        **{"pack_id": pack, "person_id": lise, "space_id": FERME, "sold_at": FERME},
        **{"name": "Dix jours", "kind": "desk", "half_days": 20, "minutes": 0, "cents": 18000},
        **{"first": "2026-03-15", "last": "2027-03-14"},
    }
    done("revoke_credit", credit_id=sold.subject)
    assert announced[-1].type == "members.CreditRevoked"


HOURS = {"code": "hours", "name": "Dix heures", "kind": "room", "hours": 10, "cents": 9000}
HOURS |= {"valid_months": 6}


def test_a_pack_of_hours_is_sold_to_an_organisation(members, done, announced):  # noqa: F811
    code = {"code": "bep", "name": "BEP", "country": "BE", "kind": "public"}
    organisation = done("register_organisation", **code)
    pack = done("offer_pack", space_id=FERME, **HOURS)
    said = announced[-1].data
    assert (said["kind"], said["half_days"], said["minutes"]) == ("room", 0, 600)
    words = {"space_id": FERME, "pack_id": pack, "start": "2026-03-15"}
    credit = done("sell_pack", **words, organisation_id=organisation)
    sold = announced[-1]
    assert (sold.type, sold.subject) == ("members.PackSoldToOrganisation", credit)
    assert sold.data == {
        **{"pack_id": pack, "organisation_id": organisation, "space_id": FERME},
        **{"sold_at": FERME, "name": "Dix heures", "kind": "room", "half_days": 0},
        **{"minutes": 600, "cents": 9000, "first": "2026-03-15", "last": "2026-09-14"},
    }
    done("revoke_credit", credit_id=credit)
    unknown = members.answer("sell_pack", {**words, "organisation_id": str(uuid4())})
    assert refusal(unknown) == "UnknownOrganisation"
    for who in ({}, {"organisation_id": organisation, "person_id": str(uuid4())}):
        told = members.answer("sell_pack", {**words, **who})["invalid"]
        assert told.keys() == {"person_id", "organisation_id"}


@pytest.mark.parametrize(
    ("much", "where"),
    [
        ({"kind": "room", "half_days": 4, "hours": None}, {"hours"}),
        ({"kind": "room", "half_days": 4, "hours": 4}, {"half_days"}),
        ({"kind": "machine", "hours": 0}, {"hours"}),
        ({"kind": "desk", "hours": 4}, {"half_days"}),
        ({"kind": "desk", "half_days": 4, "hours": 4}, {"hours"}),
        ({"kind": "office", "hours": 4}, {"kind"}),
    ],
)
def test_a_pack_says_how_much_of_what_it_is_spent_on(members, much, where):  # noqa: F811
    words = {**HOURS, **much, "space_id": FERME}
    assert members.answer("offer_pack", words)["invalid"].keys() == where


def test_a_pack_of_the_network_is_sold_in_each_space(sell, done, announced):  # noqa: F811
    pack = done("offer_pack", space_id=None, **TEN)
    assert refusal(sell(str(uuid4()))) == "UnknownPack"
    assert "done" in sell(pack, space=E420)
    sold = announced[-2].data
    assert (sold["space_id"], sold["sold_at"]) == (None, E420)


def test_what_cannot_be_sold(members, sell, done):  # noqa: F811
    pack = done("offer_pack", space_id=FERME, **TEN)
    again = members.answer("offer_pack", {"space_id": FERME, **TEN})
    assert refusal(again) == "PackCodeTaken"
    assert refusal(members.answer("offer_pack", {"space_id": NOWHERE, **TEN})) == "UnknownSpace"
    assert refusal(sell(pack, space=E420)) == "PackOfAnotherSpace"
    assert refusal(sell(pack, person=str(uuid4()))) == "UnknownPerson"
    assert "unknown" in sell(pack, space=NOWHERE)
    done("withdraw_pack", pack_id=pack)
    assert refusal(sell(pack)) == "PackNoLongerOffered"
    assert "unknown" in members.answer("revoke_credit", {"credit_id": str(uuid4())})


def test_a_pack_has_something_in_it_and_ends(members):  # noqa: F811
    wrong = {**TEN, "half_days": 0, "valid_months": 61, "cents": -1, "space_id": FERME}
    answer = members.answer("offer_pack", wrong)
    assert answer["invalid"].keys() == {"half_days", "valid_months", "cents"}
