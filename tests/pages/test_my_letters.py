"""Which e-mails somebody wants: said when signed in, by a link in one, or by a mail program."""

import pytest

from tests.pages.samples import HUGO, LISE, TRAINING

BY_LETTER = f"/courriels/{LISE}"
OF_TRAINING = f"/courriels/{TRAINING}"


def ticked(page):
    return [box["name"] for box in page.all("input", type="checkbox") if "checked" in box]


def test_everything_is_wanted_until_somebody_says_otherwise(browser, page, world):
    lise = browser("lise")
    assert ticked(page(lise.get("/mes-courriels"))) == ["confirmation", "reminder"]
    shown = lise.post("/mes-courriels", data={"csrf": "lise", "confirmation": "on"})
    assert shown.status_code == 200 and "Votre choix est enregistré." in page(shown).text
    assert world.wishes.chosen == {LISE: ["confirmation"]}
    assert ticked(page(lise.get("/mes-courriels"))) == ["confirmation"]
    lise.post("/mes-courriels", data={"csrf": "lise"})
    assert ticked(page(lise.get("/mes-courriels"))) == []


def test_it_is_found_where_bookings_are(browser, page):
    assert page(browser("lise").get("/mes-reservations")).all("a", href="/mes-courriels")


def test_it_is_ones_own(browser, world):
    signing_in = "/connexion?suite=/mes-courriels"
    assert browser().get("/mes-courriels").headers["Location"] == signing_in
    assert browser("hugo").post("/mes-courriels", data={"csrf": "lise"}).status_code == 403
    browser("hugo").post("/mes-courriels", data={"csrf": "hugo"})
    assert world.wishes.chosen == {HUGO: []}


def test_a_link_in_a_letter_needs_no_signing_in_and_does_nothing_by_being_looked_at(
    browser, page, world
):
    shown = page(browser().get(BY_LETTER))
    assert ticked(shown) == ["confirmation", "reminder"] and world.wishes.chosen == {}
    assert shown.all("form", action=BY_LETTER)
    browser().post(BY_LETTER, data={"csrf": "", "reminder": "on"})
    assert world.wishes.chosen == {LISE: ["reminder"]}


@pytest.mark.parametrize(
    "how",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
    ],
)
def test_one_click_in_a_mail_program_declines_what_the_letter_was(browser, world, how):
    """It comes from a server of theirs, without cookies, in one of two forms (RFC 8058)."""
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Accept": "*/*"}
    assert browser().post(BY_LETTER, headers=elsewhere, **how).status_code == 200
    assert world.wishes.chosen == {LISE: ["confirmation"]}


@pytest.mark.parametrize("token", ["nothing", "00000000-0000-0000-0000-00000000000a"])
def test_a_link_that_nobody_got_leads_nowhere(browser, token):
    for method in ("GET", "POST"):
        assert browser().request(method, f"/courriels/{token}").status_code == 404


# Letters to which one has to agree


def test_looking_at_the_link_of_a_letter_about_training_withdraws_nothing(browser, page, world):
    shown = page(browser().get(OF_TRAINING))
    assert shown.all("form", action=OF_TRAINING, method="post") and world.services.asked == []


@pytest.mark.parametrize(
    "how",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"data": {"csrf": ""}},
    ],
)
def test_one_click_withdraws_what_was_agreed_to_in_ones_own_name(browser, world, how):
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Accept": "*/*"}
    done = browser().post(OF_TRAINING, headers=elsewhere, **how)
    assert done.status_code == 200 and "retiré" in done.text
    [(_, verb, words, call)] = world.services.asked
    assert (verb, call["partner"]) == ("withdraw_consent", str(LISE))
    assert words == {"person_id": str(LISE), "consent": "training-letters"}
    assert world.wishes.chosen == {}


def test_whoever_agrees_again_can_withdraw_with_the_same_letter(browser, world):
    for _ in range(2):
        browser().post(OF_TRAINING, data={"List-Unsubscribe": "One-Click"})
    commands = {call["command"] for *_, call in world.services.asked}
    assert len(commands) == 2, "else the second would be taken for the first, repeated"
