"""A host's page of outside calendars: how each is, what clashes, and forms to add and remove."""

from uuid import UUID

import pytest

from gateway.codes import CODES
from gateway.language import LANGUAGES
from gateway.outside.fetching import LONGEST
from tests.pages.samples import FERME, HUGO, ROOM, TOWN_HALL, plain
from tests.pages.test_forms import KEY

AT = "/espaces/la-ferme/offre/salle/agendas"
THIS = f"{AT}/{TOWN_HALL['calendar']}"
FORM = {"csrf": "hugo", "key": KEY}
ADDRESS = "https://mairie.example/private.ics"
TYPED = {"name": "Mairie", "address": ADDRESS}
ICS = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def post(browser, path=AT, who="hugo", **typed):
    return browser(who).post(path, data=FORM | {"csrf": who} | typed)


def upload(browser, text=ICS, who="hugo", csrf="hugo", name="Mairie"):
    typed = {"csrf": csrf, "key": KEY, "file_name": name}
    return browser(who).post(f"{AT}/fichier", data=typed, files={"file": ("a.ics", text)})


def marked(seen):
    return {each["name"] for _, each in seen.elements if each.get("aria-invalid")}


def test_it_is_found_where_prices_and_rules_are_kept(browser, page):
    assert page(browser("hugo").get("/espaces/la-ferme/offre/salle")).all("a", href=AT)
    office = browser("hugo").get("/espaces/la-ferme/offre/bureau")
    assert not page(office).all("a", href="/espaces/la-ferme/offre/bureau/agendas")
    assert browser("hugo").get("/espaces/la-ferme/offre/bureau/agendas").status_code == 404


def test_it_says_how_each_is_and_keeps_its_address(browser, page):
    answer = browser("hugo").get(AT)
    seen = plain(page(answer).text)
    assert "Mairie" in seen and "mairie.example" in seen and "10 h - 12 h" in seen
    assert "secret.ics" not in answer.text


def test_it_says_since_when_and_why_it_could_not_be_read(browser, page, world):
    for trouble, text in CODES["calendar"].items():
        world.outside.found = [TOWN_HALL | {"trouble": trouble, "next": None}]
        for code, language in LANGUAGES.items():
            answer = browser("hugo").get(AT, headers={"Accept-Language": code})
            assert plain(language.gettext(text)) in plain(page(answer).text)


def test_a_clash_is_shown_to_who_may_see_bookings(browser, page):
    move = f"/reservations/{UUID(int=7)}/deplacement"
    seen = page(browser("hugo").get(AT))
    assert "Lise Lambert" in seen.text and seen.all("a", href=move)
    colette = browser("carla").get(AT)
    assert colette.status_code == 200 and "Lambert" not in colette.text


def test_an_address_is_added_once_and_webcal_means_https(browser, world):
    done = post(browser, **TYPED | {"address": "webcal://mairie.example/private.ics"})
    assert done.headers["Location"] == f"{AT}?fait=agenda-ajoute"
    assert "bookings=21" in done.headers["Set-Cookie"]
    assert world.outside.ordered == [("add", UUID(KEY), ROOM, "Mairie", ADDRESS)]


def test_so_is_a_file(browser, world):
    assert upload(browser).headers["Location"] == f"{AT}?fait=agenda-ajoute"
    assert world.outside.ordered == [("add", UUID(KEY), ROOM, "Mairie", ICS)]


def test_a_file_may_be_longer_than_other_forms_but_not_without_end(browser, world):
    assert upload(browser, ICS + b" " * (LONGEST - 100)).status_code == 303
    assert upload(browser, b" " * (LONGEST + 100_000)).status_code == 413
    assert post(browser, **TYPED | {"address": "x" * 300_000}).status_code == 413
    assert len(world.outside.ordered) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        *(
            "",
            "mairie",
            "http://mairie.example/a.ics",
            "https://",
            "https://me:word@mairie.example",
        ),
        *("ftp://mairie.example/a", "https://mairie.example/a b", "https://[", "https://x:99999/"),
        "https://" + 2000 * "x",
    ],
)
def test_an_address_that_is_none_is_marked_and_kept(browser, page, world, wrong):
    answer = post(browser, name="Mairie", address=wrong)
    seen = page(answer)
    assert answer.status_code == 422 and marked(seen) == {"address"}
    assert (seen.value("name"), seen.value("address")) == ("Mairie", wrong)
    assert world.outside.ordered == []


def test_without_a_name_it_is_not_added(browser, page, world):
    assert marked(page(post(browser, name="", address=ADDRESS))) == {"name"}
    assert marked(page(upload(browser, name=""))) == {"file_name"}
    assert world.outside.ordered == []


def test_what_cannot_be_read_is_said_at_the_form_and_not_added(browser, page, world):
    for trouble, text in CODES["calendar"].items():
        world.outside.trouble = trouble
        for code, language in LANGUAGES.items():
            spoken = {"Accept-Language": code}
            answer = browser("hugo").post(AT, data=FORM | TYPED, headers=spoken)
            assert answer.status_code == 422 and marked(page(answer)) == {"address"}
            assert plain(language.gettext(text)) in plain(page(answer).text)
            assert page(answer).value("address") == ADDRESS
    assert marked(page(upload(browser))) == {"file"}
    assert world.outside.ordered == []


def test_no_more_than_ten(browser, page, world):
    world.outside.found = [TOWN_HALL] * 10
    refused = post(browser, **TYPED)
    assert refused.status_code == 409 and "retirez-en" in page(refused).text
    assert world.outside.ordered == []


def test_it_is_read_again_and_removed(browser, world):
    assert post(browser, f"{THIS}/lecture").headers["Location"] == f"{AT}?fait=agenda-lu"
    assert post(browser, f"{THIS}/retrait").headers["Location"] == f"{AT}?fait=agenda-retire"
    orders = [(what, UUID(int=FERME.int), TOWN_HALL["calendar"]) for what in ("read", "remove")]
    assert world.outside.ordered == orders
    assert post(browser, f"{AT}/{UUID(int=5)}/retrait").status_code == 404
    assert post(browser, f"{AT}/none/retrait").status_code == 404


@pytest.mark.parametrize(
    "path", ["", "/fichier", f"/{UUID(int=31)}/lecture", f"/{UUID(int=31)}/retrait"]
)
def test_nobody_but_the_host_decides(browser, world, path):
    def sent(who, csrf):
        if path == "/fichier":
            return upload(browser, who=who, csrf=csrf).status_code
        return browser(who).post(AT + path, data=FORM | {"csrf": csrf} | TYPED).status_code

    assert sent("lise", "lise") == 403
    assert sent("hugo", "lise") == 403, "a form of another site"
    world.credentials.roles = world.credentials.roles | {HUGO: [f"host {UUID(int=99)}"]}
    assert sent("hugo", "hugo") == 403
    assert sent(None, "") in (303, 403)
    assert world.outside.ordered == []


def test_what_is_no_form_with_a_file_is_refused(browser):
    hugo = browser("hugo")
    assert hugo.post(f"{AT}/fichier", data=FORM).status_code == 415
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert hugo.post(f"{AT}/fichier", content=b"--y\r\n", headers=headers).status_code in (400, 403)
