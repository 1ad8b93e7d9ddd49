"""An auditor's journey: from the sign-in form with a code, over a booking's history, a moment of it
and a disclosure, to a bundle that witnesses of both countries signed, and its proof without us.

Everything is real: the network with its notary and the auditor's process, witnesses, a browser,
Python alone.
"""

import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from audit import keyfile
from audit.keys import Kind, SigningKey
from gateway.views.feed import PRIVATE
from tests.accounts.test_second_factors import App
from tests.audit.small_log import running
from tests.audit.test_export import files
from tests.browser.test_journeys import button, link, named, says, sign_in
from tests.conftest import eventually
from tests.network import PASSWORD, is_ready

pytestmark = pytest.mark.long

WITNESSES = {"belgium": "namur.example/witness", "france": "reims.example/witness"}
COSIGNS = Kind.ED25519_COSIGNATURE
CODE = "Code de l'application"


@pytest.fixture
def booking(border):
    """Made just now; it will be registered in a moment."""
    wish = border.home.desk_for(border.people["member"].id, day=12)
    return border.operator.done("/v1/desk-bookings", wish)["id"]


@pytest.fixture
def email(border):
    """Of an auditor who has a password, and never signed in."""
    operator, address = border.operator, f"{uuid4().hex}@example.org"
    about = {"status": "independent", "residence": "BE", "home_space_id": border.home.space}
    about |= {"given_name": "Ondine", "family_name": "Vérin", "email": address}
    made = operator.done("/v1/accounts", {**about, "password": PASSWORD})
    operator.done(f"/v1/persons/{made['person_id']}/roles", {"role": "auditor"})
    return address


@pytest.fixture
def policy(network, tmp_path):
    """That witnesses of both countries have to sign, as whoever runs the register and they give it
    out, beside the network. They sign while the test lasts."""
    logs = [each.verifier for each in keyfile.read(Path(network.env["NOTARY_KEY"]))]
    lines, file = [f"log {logs[0]}"], tmp_path / "policy"
    with ExitStack() as open_:
        for country, name in WITNESSES.items():
            key, mine = tmp_path / f"{country}.key", SigningKey.generate(name, COSIGNS)
            keyfile.write(key, [mine])
            _, url = open_.enter_context(running(key, logs, tmp_path / country))
            lines.append(f"witness {country} {mine.verifier} {url}")
        lines += [f"group both all {' '.join(WITNESSES)}", "quorum both"]
        file.write_text("".join(f"{line}\n" for line in lines))
        with restarted(network, POLICY=str(file)):
            yield file


@contextmanager
def restarted(network, **env):
    """The notary and the auditor's process are told something, and afterwards not any more."""
    network.env |= env
    begin_again(network)
    try:
        yield
    finally:
        for name in env:
            del network.env[name]
        begin_again(network)


def begin_again(network):
    for part in ("notary", "audit"):
        network.stop(part)
        network.start(part)
    eventually(lambda: is_ready(network.env["AUDIT"]), within=60)


def enrol(page):
    """Staff are asked for an app at their first sign-in: the app, once it is set up."""
    secret = page.locator("a[href^='otpauth:']").get_attribute("href").partition("secret=")[2]
    app = App(secret.partition("&")[0])
    page.get_by_label(named(CODE)).fill(app.code())
    page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    button(page, "Demander un code désormais").click()
    link(page, "Je les ai conservés").click()
    return app


def is_registered(page, booking):
    answer = page.goto(f"/audit/bookings/{booking}")
    return answer.status == 200 and page.locator(".tag.good").count() > 0


def is_settled(page):
    """All that is registered by now, under a checkpoint that enough witnesses signed."""
    size = page.request.get("/v1/register").json()["size"]
    eventually(
        lambda: (page.request.get("/v1/register").json()["settled_size"] or 0) >= size, within=60
    )


def test_an_auditor_needs_nobody(border, booking, email, policy, window, keep, tmp_path):
    page, member = window(), border.people["member"]
    page.goto("/audit")
    sign_in(page, email)
    keep(page, "an-app")
    app = enrol(page)
    button(page, "Se déconnecter").click()
    link(page, "Se connecter").click()
    sign_in(page, email)
    page.get_by_label(named(CODE)).fill(app.code())
    page.get_by_role("main").get_by_role("button", name="Se connecter").first.click()
    link(page, "Audit").click()
    eventually(lambda: is_registered(page, booking), within=60)
    keep(page, "history")
    link(page, "Tel qu'alors").click()
    says(page, member.id)
    keep(page, "moment")

    link(page, "Audit").click()
    link(page, "Communiquer des données").click()
    page.locator("#objets").fill(booking)
    page.get_by_label(named("Contrôle de l'usage d'argent public")).check()
    page.get_by_label("À qui").fill("Autorité de gestion")
    keep(page, "disclosure")
    button(page, "Communiquer").click()
    says(page, "La communication est enregistrée.")
    is_settled(page)
    keep(page, "bundle")
    with page.expect_download() as coming:
        button(page, "Créer le dossier").click()
    bundle = tmp_path / "bundle.zip"
    coming.value.save_as(bundle)
    inside = files(bundle.read_bytes())
    facts, disclosed = inside["facts.jsonl"].decode(), inside["disclosed.jsonl"].decode()
    assert booking in facts and not any(each in facts for each in PRIVATE)
    name = member.details["family_name"]
    assert name not in facts and name in disclosed

    page.goto("/verify")
    page.wait_for_load_state("networkidle")
    page.fill("#policy", policy.read_text())
    page.context.set_offline(True)
    page.set_input_files("#file", bundle)
    button(page, "Vérifier").click()
    answer = page.locator("[data-answer].done")
    expect(answer).to_contain_text("Tout concorde")
    expect(answer).to_contain_text(named("Il est établi"))
    keep(page, "verified")
    page.context.set_offline(False)

    taken = tmp_path / "verify.py"
    taken.write_bytes(page.request.get("/verify.py").body())
    command = [sys.executable, "-I", "-S", taken, bundle, "--policy", policy]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.partition("\n")[0]) == (0, "It holds."), done.stdout
    assert "It is settled: as many signed as the policy asks for.\n" in done.stdout
    assert all(f"Signed by {each} at 20" in done.stdout for each in WITNESSES.values())
