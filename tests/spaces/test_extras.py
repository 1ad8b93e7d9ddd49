"""Extras that a space offers with its places."""

from functools import partial

from kernel.testing import given
from services.spaces.domain import ExtraAlreadyWithdrawn, Space
from tests.spaces.test_rules import opened
from tests.spaces.test_service import SPACE, announced, la_ferme, only, spaces  # noqa: F401

SCREEN = {"name": "Écran", "per": "hour", "cents": 400, "stock": 3, "kinds": ["room"]}


def offered(version=1, **changed):
    return partial(Space.ExtraOffered, code="screen", version=version, **{**SCREEN, **changed})


WITHDRAWN = partial(Space.ExtraWithdrawn, code="screen")


def test_each_offer_of_an_extra_is_a_version_also_after_it_was_withdrawn():
    space = given(Space, opened())
    space.when(Space.offer_extra, "screen", **SCREEN).then(offered())
    again = given(Space, opened(), offered(), WITHDRAWN)
    again.when(Space.offer_extra, "screen", **{**SCREEN, "cents": 500}).then(offered(2, cents=500))


def test_an_extra_is_withdrawn_once_until_it_is_offered_again():
    given(Space, opened(), offered()).when(Space.withdraw_extra, "screen").then(WITHDRAWN)
    given(Space, opened(), offered(), WITHDRAWN).when(Space.withdraw_extra, "screen").then_refused(
        ExtraAlreadyWithdrawn
    )
    given(Space, opened(), offered(), WITHDRAWN, offered(2)).when(
        Space.withdraw_extra, "screen"
    ).then(WITHDRAWN)


def test_an_extra_is_offered_by_message_and_goes_with_some_kinds(la_ferme):  # noqa: F811
    words = {"space_id": SPACE, "extra": "screen", **SCREEN}
    twice = {**words, "kinds": ["studio", "room", "studio"]}
    _, data = only(la_ferme.answer("offer_extra", twice))
    said = {"code": "screen", "version": 1, **SCREEN, "kinds": ["room", "studio"]}
    assert data == said | {"notice_hours": 0}
    wrong = {**words, "per": "week", "stock": 0, "kinds": ["amenity"], "notice_hours": -1}
    unclear = {"per", "stock", "kinds", "notice_hours"}
    assert la_ferme.answer("offer_extra", wrong)["invalid"].keys() == unclear
    assert la_ferme.answer("offer_extra", {**words, "kinds": []})["invalid"].keys() == {"kinds"}
    by_the_month = {**words, "per": "month", "kinds": ["office"], "notice_hours": 24}
    assert only(la_ferme.answer("offer_extra", by_the_month))[1]["notice_hours"] == 24
    for per, kinds in (("hour", ["office"]), ("month", ["room"]), ("month", ["room", "office"])):
        mixed = la_ferme.answer("offer_extra", {**words, "per": per, "kinds": kinds})
        assert mixed["invalid"].keys() == {"kinds"}
    about = {"space_id": SPACE, "extra": "screen"}
    assert only(la_ferme.answer("withdraw_extra", about))[0] == "spaces.ExtraWithdrawn"
    assert la_ferme.answer("withdraw_extra", about)["refused"] == "ExtraAlreadyWithdrawn"
    assert "unknown" in la_ferme.answer("withdraw_extra", {**about, "extra": "lunch"})
