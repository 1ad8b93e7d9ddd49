"""Whoever does not know whether an order arrived sends it again, with the same Idempotency-Key."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

AT_ONCE, ROUNDS = 20, 5


@pytest.fixture(scope="module")
def space(a_space):
    return a_space("La Ferme", desks={"units": 1, "day_cents": 1500, "half_day_cents": 900})


@pytest.fixture(scope="module")
def member(somebody, space):
    """Has been here before, so that bookings knows all there is to know."""
    person = somebody(home=space)
    person.books_a_desk(space, str(space.today()))
    return person


@pytest.fixture(scope="module")
def days(space):
    """Each is asked for once."""
    return (str(space.today() + timedelta(days=n)) for n in range(1, 300))


@pytest.fixture
def the_only_desk(member, space, days):
    """An order that can be carried out once: the desk is taken afterwards."""
    where = {"space_id": space.id, "resource_id": space.offers["desks"], "person_id": member.id}
    return {**where, "days": [next(days)], "part": "day"}


@pytest.fixture
def recorded(operator, space, member):
    """What bookings has recorded about the space and the member since the test began, by name."""

    def read(after):
        page = operator.read("/v1/events", after=after, limit=200)
        facts = page["items"]
        while len(page["items"]) == 200:
            page = operator.read("/v1/events", after=page["next"], limit=200)
            facts += page["items"]
        return facts, page["next"]

    def since():
        return sorted(fact["type"] for fact in read(begun)[0] if is_ours(fact))

    def is_ours(fact):
        about = list(fact["data"].values())
        return fact["source"] == "/bookings" and (space.id in about or member.id in about)

    _, begun = read("")
    return since


def order(member, words, key):
    headers = {"Idempotency-Key": key}
    return member.patiently("POST", "/v1/desk-bookings", json=words, headers=headers)


ONE_BOOKING = ["bookings.BookingMade", "bookings.PlacePromised", "bookings.SpaceDayOpened"]


def test_the_second_time_it_is_only_answered(member, the_only_desk, recorded):
    key = uuid4().hex
    first, again = (order(member, the_only_desk, key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert recorded() == ONE_BOOKING


def test_without_the_key_it_is_another_order(member, the_only_desk, recorded):
    first, other = (order(member, the_only_desk, uuid4().hex) for _ in range(2))
    assert (first.status_code, other.status_code) == (201, 409)
    assert recorded() == ONE_BOOKING


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_twenty_at_once_are_one(round_, member, the_only_desk, recorded):
    key = uuid4().hex
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        book = [crowd.submit(order, member, the_only_desk, key) for _ in range(AT_ONCE)]
    answers = [each.result() for each in book]
    assert {(each.status_code, each.text) for each in answers} == {(201, answers[0].text)}
    assert recorded() == ONE_BOOKING


def test_another_body_with_the_same_key_is_refused(member, the_only_desk, recorded, days):
    key, other = uuid4().hex, {**the_only_desk, "days": [next(days)]}
    assert order(member, the_only_desk, key).status_code == 201
    refused = order(member, other, key)
    assert (refused.status_code, refused.json()["type"]) == (
        422,
        "/problems/idempotency-key-reused",
    )
    assert recorded() == ONE_BOOKING


def test_of_two_bodies_at_once_one_is_done(member, the_only_desk, recorded, days):
    key, other = uuid4().hex, {**the_only_desk, "days": [next(days)]}
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        asked = [
            crowd.submit(order, member, words, key)
            for words in (the_only_desk, other) * (AT_ONCE // 2)
        ]
    codes = sorted(each.result().status_code for each in asked)
    assert codes == [201] * (AT_ONCE // 2) + [422] * (AT_ONCE // 2)
    assert recorded() == ONE_BOOKING


def test_a_key_belongs_to_who_used_it(member, somebody, space, the_only_desk, days):
    """Nobody reads another's answer with a key that was guessed or is the same by chance."""
    other, key = somebody(home=space), "1"
    mine = order(member, the_only_desk, key)
    words = {**the_only_desk, "person_id": other.id, "days": [next(days)]}
    theirs = order(other, words, key)
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]


def test_a_refusal_is_not_remembered(member, the_only_desk, space, recorded):
    """What could not be done may be possible when it is asked again."""
    key, wanted = uuid4().hex, {**the_only_desk, "days": [str(space.today() + timedelta(400))]}
    assert order(member, wanted, key).status_code == 409
    assert order(member, the_only_desk, key).status_code == 201
    assert recorded() == ONE_BOOKING
