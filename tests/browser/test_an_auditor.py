"""An auditor's journey: a booking's history, a moment of it, a bundle, and its proof without us.

Everything is real: the network with its notary and the auditor's process, a browser, Python alone.
"""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from audit import keyfile
from gateway.views.feed import PRIVATE
from tests.audit.test_export import files
from tests.browser.test_journeys import button, link
from tests.conftest import eventually


@pytest.fixture
def booking(border):
    """Made just now; it will be registered in a moment."""
    wish = border.home.desk_for(border.people["member"].id, day=12)
    return border.operator.done("/v1/desk-bookings", wish)["id"]


def is_registered(page, booking):
    answer = page.goto(f"/audit/bookings/{booking}")
    return answer.status == 200 and page.locator(".tag.good").count() > 0


def log_key(network):
    """As whoever runs the register gives it out, beside the network."""
    return keyfile.read(Path(network.env["NOTARY_KEY"]))[0].verifier


def test_an_auditor_needs_nobody(border, booking, window, keep, tmp_path):
    page = window(who="auditor")
    eventually(lambda: is_registered(page, booking))
    keep(page, "history")
    page.goto(
        f"/audit/bookings/{booking}/etat?a={datetime.now(UTC).isoformat().replace('+', '%2B')}"
    )
    keep(page, "moment")
    page.goto("/audit")
    link(page, "Créer un dossier à emporter").click()
    keep(page, "bundle")
    with page.expect_download() as coming:
        button(page, "Créer le dossier").click()
    bundle = tmp_path / "bundle.zip"
    coming.value.save_as(bundle)
    facts = files(bundle.read_bytes())["facts.jsonl"].decode()
    assert booking in facts and not any(each in facts for each in PRIVATE)
    assert border.people["member"].details["family_name"] not in facts

    page.goto("/verify")
    page.wait_for_load_state("networkidle")
    policy = f"log {log_key(border.network)}\nquorum none\n"
    page.fill("#policy", policy)
    page.context.set_offline(True)
    page.set_input_files("#file", bundle)
    button(page, "Vérifier").click()
    expect(page.locator("[data-answer].done")).to_contain_text("Tout concorde")
    keep(page, "verified")
    page.context.set_offline(False)

    taken = tmp_path / "verify.py"
    taken.write_bytes(page.request.get("/verify.py").body())
    (tmp_path / "policy").write_text(policy)
    command = [sys.executable, "-I", "-S", taken, bundle, "--policy", tmp_path / "policy"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.partition("\n")[0]) == (0, "It holds."), done.stdout
