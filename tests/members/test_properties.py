"""Whatever is asked, in whatever order: the story of a subscription stays a story."""

import json
import re
from datetime import date, timedelta
from itertools import pairwise
from uuid import uuid4

from hypothesis import given, settings, strategies
from marshmallow import ValidationError

from kernel.facts import Refused
from services.members.domain import Membership, Plan
from services.members.messages import JoinNetwork
from services.members.vault import commitment

SPACE, ADA = uuid4(), uuid4()
PLANS = {c: Plan(Plan.id_of(SPACE, c), SPACE, c, c, 100, None, None) for c in ("ten", "all")}
LETTERS = {
    "Subscribed": "s",
    "PlanChanged": "c",
    "SubscriptionPaused": "p",
    "SubscriptionResumed": "r",
    "SubscriptionEnded": "e",
}
STORY = re.compile(r"(s(c|pr)*p?e)*(s(c|pr)*p?)?")

codes = strategies.sampled_from(list(PLANS))
days = strategies.integers(0, 40).map(lambda days: date(2026, 3, 1) + timedelta(days))
orders = strategies.one_of(
    strategies.tuples(strategies.sampled_from(["subscribe", "change_plan"]), codes, days),
    strategies.tuples(strategies.sampled_from(["pause", "resume", "end"]), days),
)


def told(orders):
    """A membership after these orders; what is refused leaves no trace."""
    membership = Membership(Membership.id_of(SPACE, ADA), SPACE, ADA, None)
    for order, *values in orders:
        try:
            getattr(membership, order)(*(PLANS.get(value, value) for value in values))
        except Refused:
            continue
    return membership, membership.collect_events()


@settings(deadline=None)
@given(strategies.lists(orders, max_size=30))
def test_a_subscription_is_begun_before_it_is_changed_paused_or_ended(orders):
    _, [_, *events] = told(orders)
    assert STORY.fullmatch("".join(LETTERS[type(event).__name__] for event in events))


@settings(deadline=None)
@given(strategies.lists(orders, max_size=30))
def test_dates_never_go_backwards_and_no_day_has_two_subscriptions(orders):
    _, [_, *events] = told(orders)
    dates = [getattr(event, "end", None) or event.start for event in events]
    assert dates == sorted(dates)
    for last, first in pairwise(events):
        if type(first).__name__ == "Subscribed":
            assert first.start > last.end


@settings(deadline=None)
@given(strategies.lists(orders, max_size=30))
def test_the_events_alone_tell_how_it_stands(orders):
    live, events = told(orders)
    replayed = None
    for event in events:
        replayed = event.mutate(replayed)
    for name in ("space_id", "state", "plan_id", "since"):
        assert getattr(replayed, name) == getattr(live, name)


texts = strategies.text('aZ09éß€\U0001d11e \n"\\/', max_size=9)
details = strategies.dictionaries(
    strategies.sampled_from(["given_name", "family_name", "email", "birth_year"]),
    strategies.none() | texts | strategies.integers(1900, 2099),
)
salts = strategies.binary(min_size=32, max_size=32)


@settings(deadline=None)
@given(salts, details)
def test_a_commitment_can_be_recomputed_from_what_the_database_gives_back(salt, details):
    again = json.loads(json.dumps(dict(reversed(details.items()))))
    assert commitment(salt, again) == commitment(salt, details)


@settings(deadline=None)
@given(salts, details, salts, details)
def test_another_salt_or_detail_is_another_commitment(salt, details, other_salt, other_details):
    same = (salt, details) == (other_salt, other_details)
    assert (commitment(salt, details) == commitment(other_salt, other_details)) is same


# Half surrogate pairs as well, which JSON can spell.
names = strategies.lists(strategies.integers(0, 0x10FFFF).map(chr) | texts).map("".join)


@settings(deadline=None)
@given(names)
def test_a_name_is_sent_back_or_can_be_kept(name):
    words = {
        "home_space_id": str(SPACE),
        "status": "student",
        "residence": "FR",
        "given_name": name,
        "family_name": "Lambert",
        "email": "lise@example.org",
    }
    try:
        kept = JoinNetwork().load(words)["given_name"]
    except ValidationError as mistake:
        assert mistake.messages.keys() == {"given_name"}
    else:
        assert kept == name == name.strip()
        assert len(name.splitlines()) == 1
        assert commitment(b"", {"given_name": kept})
