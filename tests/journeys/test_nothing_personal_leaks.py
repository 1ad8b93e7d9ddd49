"""Names, addresses and numbers live in the vault, and in the view of people. Nowhere else.

Somebody does something in every service; then we read every table and every kept message.
"""

from contextlib import suppress
from functools import partial
from types import SimpleNamespace

import psycopg
import pytest
from kombu import Connection, Consumer, Queue, binding
from psycopg.conninfo import conninfo_to_dict

from kernel.announce import exchange
from kernel.where import named
from tests.network import PASSWORD, SERVICES

SIGNED_UP = {
    "given_name": "Zephyrinette",
    "family_name": "Vanquishbeck",
    "email": "zephy.quux@planted.example",
    "phone": "+32 470 91 73 35",
    "birth_year": 1907,
}
CORRECTED = {
    "given_name": "Ottokarine",
    "family_name": "Brimblethwaite",
    "email": "otto.xylo@corrected.example",
    "phone": "+33 6 28 46 19 57",
}
CORRECTED_AGAIN = {
    "given_name": "Perpetuine",
    "family_name": "Quagglehorn",
    "email": "perpetuine@again.example",
    "phone": "+32-499-58-27-14",
}
NEWCOMER = {
    "given_name": "Ildefonsius",
    "family_name": "Wurstelhofen",
    "email": "ildefons@newcomer.example",
    "phone": "+49.151.2233.9148",
}
DETAILS = [SIGNED_UP, CORRECTED, CORRECTED_AGAIN, NEWCOMER]


def said(details):
    return {word.lower() for word in details.values() if isinstance(word, str)}


def traces(details):
    """What would tell who it was, however it is written."""
    digits = "".join(filter(str.isdigit, details["phone"]))
    return [*said(details), details["email"].partition("@")[0], digits, digits[2:]]


YEAR = [f'"birth_year":{space}{SIGNED_UP["birth_year"]}' for space in ("", " ")]
"""Facts say which details were proved or erased, and never what they were."""
TRACES = [*YEAR, *(trace for details in DETAILS for trace in traces(details))]


# What is kept


def tables(network, database):
    """Every table of a database, as text: "schema.table" -> rows."""
    listed = """
        SELECT schemaname, tablename FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
    """
    with psycopg.connect(network.servers.postgres.url, dbname=database) as sql:
        return {
            f"{schema}.{name}": "\n".join(
                row for (row,) in sql.execute(f'SELECT t::text FROM "{schema}"."{name}" t')
            )
            for schema, name in sql.execute(listed).fetchall()
        }


def of_service(network, service):
    return tables(network, conninfo_to_dict(network.databases[f"{service.upper()}_DB"])["dbname"])


def of_gateway(network):
    return tables(network, conninfo_to_dict(network.databases["GATEWAY_DB"])["dbname"])


def followers(network):
    """What each follower hears from whom."""
    for part in ("reactions", "views"):
        for name in network.parts[part][1:]:
            kind = named(name)
            for source in getattr(kind, "followed", {}).values() or kind.follows:
                yield f"{kind.name}.follows.{source}"


def messages(network, overheard):
    """What lies in every queue that outlives its readers, as text: queue -> messages.

    Nothing is taken away: what was read and not acknowledged goes back to where it was.
    """
    names = sorted({*followers(network), "dead-letters", overheard.name})
    found = {name: [] for name in names}
    with Connection(network.servers.broker.url) as connection:
        for name in names:
            reading = partial(keep, found[name])
            queue = Queue(name, no_declare=True)
            Consumer(connection.channel(), [queue], on_message=reading).consume()
        with suppress(TimeoutError):
            while True:
                connection.drain_events(timeout=2)
    return {name: "\n".join(texts) for name, texts in found.items()}


def keep(texts, message):
    """Body, headers and all."""
    told = {**message.properties, **message.headers, **message.delivery_info}
    texts.append(f"{message.body} {told}")


@pytest.fixture(scope="module")
def overheard(network):
    """A queue that hears every word of every service from now on."""
    heard = [binding(exchange(service), routing_key="#") for service in SERVICES]
    with Connection(network.servers.broker.url) as connection:
        queue = Queue("overheard", bindings=heard)(connection.default_channel)
        queue.declare()
        yield queue
        queue.delete()


@pytest.fixture(scope="module")
def life(network, overheard, a_full_life, soon):
    """Somebody signs up, does all that one can do, and corrects her details twice.

    The second time nobody follows, so that the queues keep what is announced; in that moment
    somebody else joins. When all queues have been read, everybody works again.
    """
    lived = a_full_life(**SIGNED_UP)
    me, hers = lived.person, f"/v1/persons/{lived.person.id}/details"
    me.done(hers, CORRECTED, "PUT")
    token = me.headers["Authorization"].removeprefix("Bearer ")
    desk = {"space_id": lived.abroad.id, "resource_id": lived.abroad.offers["desks"]}
    when = {"person_id": me.id, "days": [str(lived.later)], "part": "day"}
    nowhere = {"status": "student", "residence": "BE", "home_space_id": None}
    try:
        for part in ("views", "reactions"):
            network.stop(part)
        booked = network.client(token).done("/v1/desk-bookings", {**desk, **when})
        network.client(token).done(hers, CORRECTED_AGAIN, method="PUT")
        words = {**NEWCOMER, **nowhere, "password": PASSWORD}
        joined = network.operator.done("/v1/accounts", words)
        kept = messages(network, overheard)
    finally:
        for part in ("views", "reactions"):
            network.start(part)
    now = (CORRECTED_AGAIN["email"], NEWCOMER["email"])
    soon(lambda: all(each in of_gateway(network)["people.persons"] for each in now), within=30)
    return SimpleNamespace(
        person=me.id, booking=booked["id"], newcomer=joined["person_id"], messages=kept
    )


# Where it is, and where it is not


def leaks(texts):
    """Where there is what."""
    return [
        (place, trace) for place, text in texts.items() for trace in TRACES if trace in text.lower()
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_no_table_of_a_service_knows_who_it_was(network, life, service):
    found = of_service(network, service)
    found.pop("public.vault", None)
    assert {"public.events", "public.commands", "public.places"} <= found.keys()
    assert life.person in found["public.events"], "she was there"
    assert life.person in found["public.commands"], "it is remembered what she was answered"
    assert leaks(found) == []


def test_no_view_knows_who_it_was_but_the_one_of_people(network, life):
    found = of_gateway(network)
    elsewhere = {
        name: text
        for name, text in found.items()
        if name.partition(".")[0] not in ("people", "accounts")
    }
    for name in ("feed.events", "agenda.bookings", "mobility.passes", "courses.participants"):
        assert life.person in elsewhere[name], "she was there"
    assert leaks(elsewhere) == []


def test_no_queue_carries_who_it_was(life):
    waiting = life.messages
    for follower in ("mobility", "training", "bookings", "people", "feed"):
        assert life.newcomer in waiting[f"{follower}.follows.members"], "it was announced"
    for follower in ("agenda", "feed", "mobility"):
        assert life.booking in waiting[f"{follower}.follows.bookings"], "it was announced"
    assert waiting["overheard"].count(life.person) > 20, "and so was all that happened before"
    assert leaks(waiting) == []


def test_the_vault_and_the_view_of_people_know_it(network, life):
    """Otherwise the tests above would prove nothing."""
    vault = of_service(network, "members")["public.vault"]
    people = of_gateway(network)["people.persons"]
    assert known_in(vault) >= said(SIGNED_UP) | said(CORRECTED)
    assert known_in(vault) & known_in(people) >= said(CORRECTED_AGAIN) | said(NEWCOMER)


def known_in(text):
    return {trace for _, trace in leaks({"": text})}


def test_the_view_of_people_forgets_what_was_corrected(network, life):
    known = known_in(of_gateway(network)["people.persons"])
    assert not known & {*traces(SIGNED_UP), *traces(CORRECTED)}


def test_accounts_know_an_address_to_sign_in_with_and_nothing_else(network, life):
    accounts = [text for n, text in of_gateway(network).items() if n.startswith("accounts.")]
    addresses = {SIGNED_UP["email"], NEWCOMER["email"]}
    names = {each.partition("@")[0] for each in addresses}
    assert known_in("\n".join(accounts)) == addresses | names


def test_nobody_knows_a_password(network, life):
    found = {f"{s}: {n}": t for s in SERVICES for n, t in of_service(network, s).items()}
    found |= of_gateway(network) | life.messages
    assert [place for place, text in found.items() if PASSWORD in text] == []
