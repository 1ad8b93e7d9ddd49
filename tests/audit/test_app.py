"""The auditor's process over HTTP: what the register serves, and what it says of the logs."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from audit import tree
from audit.checkpoint import Checkpoint
from audit.keys import Kind, SigningKey
from audit.note import Note
from audit.proof import Proof
from audit.tiles import Tile, TiledTree, entries, tiles
from kernel.log import Log
from services.mobility.domain import Pass
from tests.audit.process import running
from tests.audit.registering import LOG, WITNESS, register_all


def life_of_a_pass(databases, log):
    held = Pass.issue(uuid4(), 2027, days=10, sponsor_id=uuid4())
    log.save(held)
    held.extend(days=5)
    log.save(held)
    return held


@pytest.fixture(scope="module")
def mobility(databases):
    log = Log("mobility", databases["MOBILITY_DB"])
    yield log
    log.close()


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    return tmp_path_factory.mktemp("register") / "policy"


@pytest.fixture(scope="module")
def app(databases, policy):
    with running(databases, POLICY=str(policy)) as client:
        yield client


@pytest.fixture(scope="module")
def lived(databases, mobility):
    """300 passes, registered and signed: more facts than a tile has."""
    passes = [life_of_a_pass(databases, mobility) for _ in range(150)]
    size = register_all(databases)
    assert size >= 300
    return SimpleNamespace(passes=passes, size=size)


@pytest.fixture
def held(databases, mobility, lived):
    """One that nobody else's test touches."""
    made = life_of_a_pass(databases, mobility)
    register_all(databases)
    return made


def history(app, held):
    answer = app.get(f"/histories/mobility/{held.id}")
    assert answer.status_code == 200, answer.text
    return answer.json()["facts"]


def standings(app, held):
    return [each["standing"] for each in history(app, held)]


# The register


def test_whoever_reads_the_tiles_finds_the_root_that_was_signed(app, lived):
    note = Note.parse(app.get("/register/checkpoint").content)
    head = Checkpoint.parse(note.text)
    for tile in tiles(head.size):
        answer = app.get(f"/register/{tile.path}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    fetched = TiledTree(
        head.size, lambda wanted: [app.get(f"/register/{each.path}").content for each in wanted]
    )
    assert tree.root(fetched.subtree, head.size) == head.root
    leaves = [
        each
        for tile in tiles(head.size)
        if tile.level is None
        for each in entries(app.get(f"/register/{tile.path}").content)
    ]
    assert tree.Tree(map(tree.leaf_hash, leaves)).root() == head.root


def test_nothing_is_given_out_before_it_is_signed(app, databases, mobility, lived):
    signed = Checkpoint.parse(Note.parse(app.get("/register/checkpoint").content).text).size
    pending = life_of_a_pass(databases, mobility)
    size = register_all(databases, signed=False)
    index, width = divmod(size - 1, 256)
    assert size > signed
    assert app.get(f"/register/{Tile(0, index, width + 1).path}").status_code == 404
    assert app.get(f"/register/{Tile(None, index, width + 1).path}").status_code == 404
    assert standings(app, pending) == ["unsigned", "unsigned"]
    last = history(app, pending)[-1]["position"]
    assert app.get(f"/register/proof/mobility/{last}").status_code == 404
    register_all(databases)
    assert app.get(f"/register/{Tile(0, index, width + 1).path}").status_code == 200


@pytest.mark.parametrize("path", ["0/1", "0/000.p/0", "64/000", "x/000", "0/x001", "0/../000"])
def test_what_is_no_tile_is_not_there(app, lived, path):
    assert app.get(f"/register/tile/{path}").status_code == 404


def test_a_proof_shows_that_the_entry_is_there(app, held):
    for each in history(app, held):
        position = each["position"]
        proof = app.get(f"/register/proof/mobility/{position}")
        assert "tlog-proof" in proof.headers["Content-Disposition"]
        entry = app.get(f"/register/entry/mobility/{position}").content
        trusted = [LOG.verifier, WITNESS.verifier]
        head, signed = Proof.parse(proof.content).verify(entry, LOG.name, trusted)
        assert len(signed) == 2
        assert head.size > each["index"]


def test_it_says_how_far_it_is_and_who_signed(app, lived):
    state = app.get("/register").json()
    logs = {each["service"]: each for each in state["logs"]}
    assert logs["mobility"]["registered"] == logs["mobility"]["last"] > 0
    checkpoint = state["checkpoint"]
    assert checkpoint["origin"] == LOG.name
    signed = {each["name"]: each["time"] for each in checkpoint["signed"]}
    assert signed == {LOG.name: None, WITNESS.name: 1_800_000_000}
    assert (checkpoint["checked"], checkpoint["settled"]) == (False, None)  # nobody knows the keys


def test_the_latest_entries_are_told_newest_first(app, lived):
    page = app.get("/register/recent", params={"limit": 3}).json()
    assert [each["index"] for each in page["items"]] == [page["next"] + 2 - n for n in range(3)]
    before = app.get("/register/recent", params={"limit": 3, "before": page["next"]}).json()
    assert before["items"][0]["index"] == page["next"] - 1
    assert before["items"][0]["fact"]["source"] == "/mobility"


@pytest.fixture
def written(policy):
    """Writes down whose signatures count."""

    def write(log=LOG, witness=WITNESS):
        policy.write_text(f"log {log.verifier}\nwitness namur {witness.verifier}\nquorum namur\n")
        return policy.read_text()

    yield write
    policy.unlink()


def test_the_policy_is_what_was_written_down(app, written):
    assert app.get("/register/policy").status_code == 404
    text = written()
    assert app.get("/register/policy").text == text


def test_a_checkpoint_is_settled_when_the_policy_says_so(app, lived, written):
    written()
    state = app.get("/register").json()
    assert state["checkpoint"]["checked"]
    assert state["checkpoint"]["settled"]
    assert state["settled_size"] == state["checkpoint"]["size"]
    written(witness=SigningKey.generate("else.example", Kind.ED25519_COSIGNATURE))
    state = app.get("/register").json()
    assert (state["checkpoint"]["settled"], state["settled_size"]) == (False, None)
    assert [each["name"] for each in state["checkpoint"]["signed"]] == [LOG.name]


def test_a_witness_that_is_asked_is_told_with_what_it_did_not_sign(
    app, databases, mobility, held, policy, written
):
    assert app.get("/register").json()["witnesses"] == []  # nobody says who they are
    written()
    assert app.get("/register").json()["witnesses"] == []  # it has no address
    other = SigningKey.generate("other.example", Kind.ED25519_COSIGNATURE)
    lines = [f"witness namur {WITNESS.verifier} https://witness.example"]
    lines += [f"witness other {other.verifier} https://other.example", "quorum namur"]
    policy.write_text("\n".join([f"log {LOG.verifier}", *lines, ""]))
    signed = app.get("/register").json()
    level, never = signed["witnesses"]
    size = signed["checkpoint"]["size"]
    assert level == {"name": WITNESS.name, "size": size, "since": None}
    assert (never["name"], never["size"]) == ("other.example", 0)
    assert never["since"] <= signed["signed_at"]
    life_of_a_pass(databases, mobility)
    register_all(databases, witnessed=False)
    behind = app.get("/register").json()
    assert behind["signed_at"] > signed["signed_at"]
    assert behind["witnesses"][0] == {
        **{"name": WITNESS.name, "size": size},
        "since": behind["signed_at"],
    }
    assert behind["witnesses"][1] == never


def test_a_proof_is_of_the_latest_checkpoint_that_is_settled(
    app, databases, mobility, held, written
):
    written()
    settled = app.get("/register").json()["settled_size"]
    life_of_a_pass(databases, mobility)
    register_all(databases, witnessed=False)
    assert app.get("/register").json()["checkpoint"]["size"] > settled
    [position, _] = (each["position"] for each in history(app, held))
    proof = Proof.parse(app.get(f"/register/proof/mobility/{position}").content)
    assert proof.checkpoint.size == settled


def test_what_another_log_signed_proves_nothing(app, held, written):
    written()
    assert standings(app, held) == ["registered", "registered"]
    written(log=SigningKey.generate(LOG.name, Kind.ED25519))
    assert standings(app, held) == ["unproved", "unproved"]


def test_a_policy_that_is_none_is_said(app, policy, held, written):
    written()
    policy.write_text("quorum of nothing\n")
    answer = app.get("/register")
    assert answer.status_code == 500
    assert "POLICY" in answer.json()["detail"]


# Histories


def test_a_history_has_every_fact_and_says_that_the_register_has_it_too(app, held):
    issued, extended = history(app, held)
    assert (issued["fact"]["type"], issued["version"]) == ("mobility.PassIssued", 1)
    assert (extended["fact"]["type"], extended["version"]) == ("mobility.PassExtended", 2)
    assert issued["fact"]["data"]["days"] == 10
    assert issued["fact"]["by"] == "system"
    assert [issued["standing"], extended["standing"]] == ["registered", "registered"]
    assert extended["index"] == issued["index"] + 1


def test_what_the_register_has_not_read_yet_is_said(app, databases, mobility, lived):
    assert standings(app, life_of_a_pass(databases, mobility)) == ["unregistered", "unregistered"]


def test_one_changed_byte_in_a_log_is_said(app, databases, held, tamper):
    changed = tamper(
        databases["MOBILITY_DB"],
        """UPDATE events SET state = replace(state::text, '"days":10', '"days":11')::json
        WHERE originator_id = %s AND originator_version = 1""",
        held.id,
    )
    assert changed == 1
    issued, extended = history(app, held)
    assert (issued["standing"], extended["standing"]) == ("differs", "registered")
    assert issued["fact"]["data"]["days"] == 11
    assert issued["registered"]["data"]["days"] == 10


def test_a_fact_taken_out_of_a_log_is_said(app, databases, held, tamper):
    tamper(
        databases["MOBILITY_DB"],
        "DELETE FROM events WHERE originator_id = %s AND originator_version = 2",
        held.id,
    )
    assert standings(app, held) == ["registered", "gone"]
    assert history(app, held)[1]["fact"]["type"] == "mobility.PassExtended"


def test_two_facts_that_changed_places_are_said(app, databases, held, tamper):
    positions = [each["position"] for each in history(app, held)]
    for old, new in ((positions[0], -1), (positions[1], positions[0]), (-1, positions[1])):
        tamper(
            databases["MOBILITY_DB"],
            "UPDATE events SET position = %s WHERE position = %s",
            *(new, old),
        )
    assert standings(app, held) == ["differs", "differs"]


def test_a_fact_put_into_a_gap_of_a_log_is_said(app, databases, mobility, held, tamper):
    """A position whose transaction failed stays empty, and the register passes it."""
    gap = tamper(databases["MOBILITY_DB"], "SELECT nextval('events_position_seq')")
    life_of_a_pass(databases, mobility)
    register_all(databases)
    tamper(
        databases["MOBILITY_DB"],
        """INSERT INTO events SELECT %s, originator_id, 3, topic, state FROM events
        WHERE originator_id = %s AND originator_version = 2""",
        *(gap, held.id),
    )
    assert standings(app, held) == ["registered", "registered", "slipped-in"]


def test_who_changes_log_and_register_alike_cannot_change_what_was_signed(
    app, databases, held, tamper
):
    change = (
        """UPDATE events SET state = replace(state::text, '"days":10', '"days":12')::json
        WHERE originator_id = %s AND originator_version = 1""",
        """UPDATE entries SET entry =
            convert_to(replace(convert_from(entry, 'UTF8'), '"days":10', '"days":12'), 'UTF8')
        WHERE convert_from(entry, 'UTF8') LIKE '%%"subject":"' || %s || '"%%'""",
    )
    tamper(databases["MOBILITY_DB"], change[0], held.id)
    tamper(databases["REGISTER_DB"], change[1], str(held.id))
    assert standings(app, held) == ["unproved", "registered"]


def test_nonsense_in_a_log_is_shown_as_what_it_is(app, databases, held, tamper):
    tamper(
        databases["MOBILITY_DB"],
        "UPDATE events SET state = '[]' WHERE originator_id = %s AND originator_version = 2",
        held.id,
    )
    assert standings(app, held) == ["registered", "differs"]
    answer = app.get(f"/states/mobility/{held.id}")
    assert answer.status_code == 409
    assert f"{held.id}/2" in answer.json()["detail"]


# Moments


def test_a_thing_is_told_as_it_was(app, held):
    issued, extended = history(app, held)
    then = app.get(f"/states/mobility/{held.id}", params={"at": issued["fact"]["time"]}).json()
    now = app.get(f"/states/mobility/{held.id}").json()
    assert (then["version"], then["known"]["days"]) == (1, 10)
    assert (now["version"], now["known"]["days"]) == (2, 15)
    assert (then["position"], now["position"]) == (issued["position"], extended["position"])
    long_ago = app.get(f"/states/mobility/{held.id}", params={"at": "2020-01-01T00:00:00Z"})
    assert long_ago.status_code == 404


def test_what_changed_is_told_with_the_facts_that_did(app, held):
    issued, extended = (each["fact"]["time"] for each in history(app, held))
    words = {"from": issued, "until": extended, "subject": str(held.id)}
    [thing] = app.get("/changes/mobility", params=words).json()["items"]
    assert (thing["before"], thing["after"]) == (1, 2)
    assert [each["type"] for each in thing["facts"]] == ["mobility.PassExtended"]
    assert {"path": ["days"], "before": 10, "after": 15} in thing["changes"]


def test_changes_are_asked_for_by_person(app, held):
    words = {"from": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}
    hers = app.get("/changes/mobility", params={**words, "person": str(held.person_id)}).json()
    assert [each["subject"] for each in hers["items"]] == [str(held.id)]
    nobodys = app.get("/changes/mobility", params={**words, "person": str(uuid4())}).json()
    assert nobodys["items"] == []


def test_no_more_changes_are_told_than_asked_for(app, mobility):
    person, sponsor = uuid4(), uuid4()
    for year in (2027, 2028, 2029):
        mobility.save(Pass.issue(person, year, days=10, sponsor_id=sponsor))
    words = {"from": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z", "person": str(person)}
    some = app.get("/changes/mobility", params={**words, "limit": 2}).json()
    assert (len(some["items"]), some["more"]) == (2, True)
    every = app.get("/changes/mobility", params={**words, "limit": 3}).json()
    assert (len(every["items"]), every["more"]) == (3, False)


# What makes no sense


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/histories/kitchen/{id}", 404, "no such service"),
        ("/histories/mobility/x", 422, "UUID"),
        ("/histories/mobility/{id}", 404, "Nothing ever happened"),
        ("/states/mobility/{id}", 404, "no such thing"),
        ("/states/mobility/{id}?at=yesterday", 422, "ISO 8601"),
        ("/states/mobility/{id}?at=2027-03-01T12:00", 422, "offset"),
        ("/changes/mobility", 422, "from"),
        ("/changes/mobility?from=2027-03-02T00:00:00Z&until=2027-03-01T00:00:00Z", 422, "before"),
        ("/register/recent?limit=0", 422, "limit"),
        ("/register/proof/mobility/999999", 404, "does not hold"),
        ("/register/proof/mobility/²", 422, "not a number"),
        ("/nowhere", 404, ""),
    ],
)
def test_what_makes_no_sense_is_said(app, lived, path, status, says):
    answer = app.get(path.format(id=uuid4()))
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        status,
        "application/problem+json",
    )
    assert says in answer.json()["detail"]


@pytest.mark.long
def test_a_log_out_of_reach_is_said_without_inner_words(databases):
    away = {"MOBILITY_AUDIT_DB": "postgresql://u:secret@127.0.0.1:1/x"}
    with running(databases | away) as client:
        answer = client.get(f"/histories/mobility/{uuid4()}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert "secret" not in answer.text
        assert client.get("/readyz").status_code == 503
        assert client.get("/register").status_code == 503


def test_it_is_ready_when_all_are_there(app):
    assert set(app.get("/readyz").json().values()) == {"here"}
