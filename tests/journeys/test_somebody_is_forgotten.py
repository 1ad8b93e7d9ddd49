"""Somebody is erased: nothing of her is left anywhere, and every figure and proof is what it was.

Her names are such that nobody else has them. Afterwards we read every table of every database,
every file below the folders of the servers, what the processes wrote, and the letters.
"""

import json
import signal
import subprocess
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.journeys.test_nothing_personal_leaks import messages, of_gateway, of_service, overheard
from tests.network import PASSWORD, SERVICES

__all__ = ["overheard"]

JOINED = {
    "given_name": "Wilhelmotte",
    "family_name": "Krasnobrod",
    "email": "wilhelmotte.k@krasno.example",
    "phone": "+32 470 58 21 93",
    "birth_year": 1911,
}
CORRECTED = {
    "given_name": "Théodrade",
    "family_name": "Vandenquist",
    "email": "theodrade.v@quistel.example",
    "phone": "+32 470 19 64 07",
    "birth_year": 1912,
}
TRACES = [
    *("Wilhelmotte", "Krasnobrod", "wilhelmotte", "470 58 21 93", "krasno.example"),
    *("Théodrade", "Vandenquist", "theodrade", "quistel.example", "470 19 64 07"),
]
CONTROL = {"purpose": "grant-control", "recipient": "Autorité de gestion"}


class Post:
    """Who sends letters, into a folder."""

    def __init__(self, network, folder):
        words = {"SMTP": f"folder:{folder / 'mails'}", "MAIL_FROM": "Essaim <a@essaim.example>"}
        self.env = network.env | words | {"GATEWAY": network.url}
        self.folder, self.log = folder, network.log
        self.begin()

    def begin(self):
        command = [sys.executable, "-m", "gateway.post"]
        self.process = subprocess.Popen(command, env=self.env, stderr=self.log)

    def leave(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=15)


@pytest.fixture(scope="module")
def post(network, tmp_path_factory):
    running = Post(network, tmp_path_factory.mktemp("written"))
    yield running
    running.leave()


@pytest.fixture(scope="module")
def written(post):
    return post.folder


def mails(folder):
    return "".join(path.read_text("latin-1") for path in (folder / "mails").glob("[!.]*.eml"))


@pytest.fixture(scope="module")
def place(a_space):
    """Desks that cost nothing, and desks that do."""
    free = a_space("La Ferme", desks={"units": 5, "day_cents": 0, "half_day_cents": 0})
    return SimpleNamespace(free=free, paid=a_space("E420", desks={"units": 5, "day_cents": 1200}))


@pytest.fixture(scope="module")
def host(somebody, place):
    return somebody(home=place.free, host_of=place.free)


@pytest.fixture(scope="module")
def auditor(somebody):
    return somebody(role="auditor")


@pytest.fixture(scope="module")
def trainer(somebody):
    return somebody(role="trainer")


@pytest.fixture(scope="module")
def session(operator, trainer, an_organisation, place):
    """Where she learns something: somebody else does so too."""
    course = {"code": "course-forgotten", "name": "Laser", "provider_id": an_organisation("BEP")}
    course["modules"] = [{"code": "laser", "title": "Laser", "hours": 1}]
    taught = operator.done("/v1/courses", course)["id"]
    half_day = {"day": str(place.free.today()), "half": "am", "minutes": 60}
    planned = {"space_id": place.free.id, "trainers": [trainer.id], "capacity": 5}
    planned["slots"] = [{**half_day, "module": "laser"}]
    id = trainer.done(f"/v1/courses/{taught}/sessions", planned)["id"]
    return SimpleNamespace(id=id, half_day=half_day)


def counts(host, trainer, auditor, place, session):
    """Attendance and participation: figures, by ids that name nobody."""
    day = place.free.today()
    visitors = host.get(f"/v1/spaces/{place.free.id}/days/{day}/visitors").json()
    people = trainer.get(f"/v1/sessions/{session.id}/participants").json()["items"]
    occupancy = auditor.get(f"/v1/spaces/{place.free.id}/occupancy?first={day}&last={day}")
    assert occupancy.status_code == 200, occupancy.text
    return {
        "visits": sorted((each["booking"], each["person"]) for each in items(visitors)),
        "learners": sorted((each["person"], each["minutes"]) for each in people),
        "occupancy": occupancy.text,
    }


def items(told):
    return told["items"] if isinstance(told, dict) else told


def facts(auditor, *about):
    """Every fact that speaks of one of these, as it is announced."""
    found, after = [], ""
    while True:
        page = auditor.get(f"/v1/events?limit=200&after={after}").json()
        found += [each for each in page["items"] if any(id in json.dumps(each) for id in about)]
        if len(page["items"]) < 200:
            return found
        after = page["next"]


@pytest.fixture(scope="module")
def her(network, post, written, overheard, somebody, host, auditor, trainer, place, session, soon):
    """A life that costs nothing; then she is erased. `before`: what there was until then."""
    me = somebody(home=place.free, **JOINED)
    me.done(f"/v1/persons/{me.id}/details", CORRECTED, "PUT")
    me.done(f"/v1/persons/{me.id}/consents/surveys", {"version": 1}, "PUT")
    me.done("/v1/calendar")
    visit = me.books_a_desk(place.free, str(place.free.today()))
    me.checks_in(visit)
    me.done(f"/v1/sessions/{session.id}/enrolments", {"person_id": me.id})
    attended = f"/v1/sessions/{session.id}/attendance/{me.id}"
    trainer.done(attended, session.half_day, "PUT")
    forgotten = {"email": JOINED["email"]}
    page = network.client()
    page.headers.update({"Accept": "text/html", "Sec-Fetch-Site": "same-origin"})
    assert page.post("/mot-de-passe-oublie", data=forgotten).status_code in (200, 303)
    soon(lambda: "drade" in mails(written) and "wilhelmotte.k" in mails(written), within=60)

    disclosure = auditor.done("/v1/disclosures", {"person_ids": [me.id], **CONTROL})["id"]
    told = auditor.get(f"/v1/disclosures/{disclosure}").json()["items"]
    export = me.get(f"/v1/persons/{me.id}/export")
    with psycopg.connect(network.servers.postgres.url, autocommit=True) as sql:
        sql.execute("CHECKPOINT")  # which writes to the files of tables what was in memory
    before = SimpleNamespace(
        counts=counts(host, trainer, auditor, place, session),
        facts=facts(auditor, me.id, visit),
        told=told,
        export=export,
        found=everywhere(network, written),
    )
    gone = me.done(f"/v1/persons/{me.id}", method="DELETE")
    [number] = [each["data"]["certificate"] for each in gone["facts"]]
    certificate = f"/v1/erasures/{number}"
    soon(lambda: host.get(certificate).json().get("cleaned"), within=60)
    post.leave()
    post.begin()  # it looks for what is to go at once, and then each minute
    soon(lambda: "drade" not in mails(written), within=60)
    return SimpleNamespace(
        me=me, visit=visit, before=before, disclosure=disclosure, certificate=certificate
    )


# Where it might be


def spelled(trace):
    """As it stands in a file, also in a letter, or in JSON that knows ASCII alone."""
    return {trace.encode(), trace.encode("latin-1"), json.dumps(trace)[1:-1].encode()}


SPELLINGS = {spelling for trace in TRACES for spelling in spelled(trace)}


def everywhere(network, written):
    """The files in which one of her traces stands."""
    servers = network.servers
    said = Path(network.log.name).parent
    folders = [servers.postgres.folder, servers.broker.folder, said, written]
    return [
        str(path)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and holds(path)
    ]


def holds(path):
    try:
        text = path.read_bytes()
    except FileNotFoundError:  # removed meanwhile
        return False
    return any(spelling in text for spelling in SPELLINGS)


@pytest.fixture
def checkpoint(network):
    """PostgreSQL, as `make up` sets it, keeps no old segment of what it writes ahead."""
    with psycopg.connect(network.servers.postgres.url, autocommit=True) as sql:

        def write():
            sql.execute("SELECT pg_switch_wal()")
            sql.execute("CHECKPOINT")

        yield write


def test_she_was_known_in_tables_letters_and_files(her):
    """Otherwise the tests below would prove nothing."""
    assert [path for path in her.before.found if "/base/" in path]
    assert [path for path in her.before.found if "pg_wal" in path]
    assert [path for path in her.before.found if path.endswith(".eml")]


def test_no_table_knows_who_she_was(network, her):
    found = {f"{s}: {n}": t for s in SERVICES for n, t in of_service(network, s).items()}
    found |= of_gateway(network)
    assert her.me.id in found["members: public.events"], "she was there"
    assert [(n, trace) for n, text in found.items() for trace in TRACES if trace in text] == []


def test_no_queue_carries_who_she_was(network, her, overheard):
    found = messages(network, overheard)
    assert her.me.id in found["overheard"], "it was announced that she was erased"
    assert [(n, trace) for n, text in found.items() for trace in TRACES if trace in text] == []


def test_no_file_holds_who_she_was_after_the_next_checkpoint(
    network, written, her, checkpoint, soon
):
    left = []

    def is_gone():
        checkpoint()
        left[:] = everywhere(network, written)
        return not left

    with suppress(AssertionError):  # which would not say where it is
        soon(is_gone, within=60)  # others of this server may still write
    assert left == []


def test_her_account_and_what_belongs_to_it_are_gone(network, her):
    signs_in = {"email": JOINED["email"], "password": PASSWORD}
    assert network.client().post("/v1/sessions", signs_in).status_code == 401
    assert her.me.get("/v1/me").status_code == 401


# What stays


def test_every_figure_is_what_it_was(her, host, trainer, auditor, place, session):
    now = counts(host, trainer, auditor, place, session)
    assert (her.visit, her.me.id) in now["visits"]
    assert (her.me.id, 60) in now["learners"]
    assert now == her.before.counts


def test_every_fact_is_what_it_was(her, auditor):
    now = facts(auditor, her.me.id, her.visit)
    assert now[: len(her.before.facts)] == her.before.facts
    assert [each["type"] for each in now[len(her.before.facts) :]] == ["members.PersonErased"]


def test_what_an_auditor_was_told_still_proves_itself_and_is_told_no_more(her, auditor):
    assert {each["field"]: each["value"] for each in her.before.told} == {
        field: CORRECTED[field] for field in ("given_name", "family_name", "birth_year")
    }
    known = {each["id"]: each for each in facts(auditor, her.me.id)}
    for each in her.before.told:
        value = json.dumps(each["value"], ensure_ascii=False).encode()
        proof = sha256(bytes.fromhex(each["salt"]) + value).hexdigest()
        committed = known[each["fact"]]["data"]["commitments"][each["field"]]
        assert proof == each["commitment"] == committed
    assert auditor.get(f"/v1/disclosures/{her.disclosure}").json()["items"] == []


def test_a_certificate_says_so_to_whoever_has_its_number(her, visitor):
    told = visitor.get(her.certificate).json()
    assert told["erased"] and told["cleaned"] and told["fields"] == sorted([*JOINED, "language"])
    committed = {each["commitment"] for each in told["commitments"]}
    said = [each["data"].get("commitment") for each in her.before.facts]
    assert committed == {each for each in said if each}


# Before, and otherwise


def test_everything_about_oneself_can_be_taken_away(her):
    told = her.before.export.json()
    answers = told["answers"]
    assert answers["see_details"]["given_name"] == CORRECTED["given_name"]
    assert [each["booking"] for each in answers["list_bookings"]] == [her.visit]
    assert answers["list_enrolments"][0]["attendance"][0]["minutes"] == 60
    assert [each["consent"] for each in answers["see_person"]["consents"]] == ["surveys"]
    assert [each["recipient"] for each in answers["list_disclosures"]] == [CONTROL["recipient"]]
    assert told["account"]["email"] == JOINED["email"]
    token = her.me.headers["Authorization"].removeprefix("Bearer ")
    assert token not in her.before.export.text and "hash" not in her.before.export.text


def test_only_oneself_takes_it_away_and_only_who_asked_sees_a_disclosure(her, host, operator):
    assert host.get(f"/v1/persons/{host.id}/export").status_code == 200
    assert operator.get(f"/v1/persons/{host.id}/export").status_code == 403
    assert operator.get(f"/v1/disclosures/{her.disclosure}").status_code == 403


def test_a_duty_refuses_with_its_date_and_then_keeps_a_name_alone(
    network, somebody, place, visitor, operator, soon
):
    bob = somebody(home=place.free, given_name="Boudewijntje", family_name="Overpelt")
    bob.books_a_desk(place.paid, str(place.paid.today()))
    mine, last = f"/v1/persons/{bob.id}", f"{place.paid.today().year + 10}-12-31"
    refused = bob.patiently("DELETE", mine, json={})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/MustBeKept")
    assert refused.json()["values"] == {"until": last, "why": "accounting"}
    asked = bob.done(f"{mine}/erasure-request")
    [number] = [f["data"]["certificate"] for f in asked["facts"] if "certificate" in f["data"]]
    told = visitor.get(f"/v1/erasures/{number}").json()
    assert (told["until"], told["erased"]) == (last, None)
    assert bob.get("/v1/me").status_code == 401
    assert operator.get(mine).json()["given_name"] is None
    kept = [
        row for row in of_service(network, "members")["public.vault"].split("\n") if bob.id in row
    ]
    assert len(kept) == 1 and "Boudewijntje" in kept[0] and "@" not in kept[0]


@pytest.mark.long
def test_whoever_dies_between_the_word_and_the_deed_does_it_when_it_is_back(
    network, somebody, place, operator, soon
):
    lost = somebody(home=place.free, given_name="Cunégondette")
    network.stop("members")
    network.env["FAILPOINT"] = "erase.recorded"
    network.start("members")
    del network.env["FAILPOINT"]
    network.wait_until_ready()
    lost.request("DELETE", f"/v1/persons/{lost.id}", json={})
    soon(lambda: network.running["members"].poll() == -signal.SIGKILL, within=30)
    assert "members.PersonErased" in of_member(network, lost.id)
    assert lost.id in of_service(network, "members")["public.vault"]
    network.running.pop("members")
    network.start("members")
    network.wait_until_ready()
    soon(lambda: lost.id not in of_service(network, "members")["public.vault"], within=30)


def of_member(network, person):
    """The names of what happened to somebody, as the log has them."""
    where = conninfo_to_dict(network.databases["MEMBERS_DB"])["dbname"]
    with psycopg.connect(network.servers.postgres.url, dbname=where) as sql:
        asked = "SELECT topic FROM events WHERE originator_id = %s"
        return [topic for (topic,) in sql.execute(asked, [person])]
