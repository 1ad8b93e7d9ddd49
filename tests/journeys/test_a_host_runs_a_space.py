"""A host receives people, moves and decides, with nothing but forms, on the real network."""

import re
from html import unescape
from uuid import uuid4

import pytest

from tests.place import in_days

POST = r"<form method=\"post\" action=\"([^\"]*)\"(.*?)</form>"


@pytest.fixture
def host(border):
    """Fills in forms at the space of the host, in a browser, which knows positions by cookie."""
    browser = border.browser()
    browser.cookies.update(border.sessions["host"].cookies)
    return Forms(browser, f"/espaces/{border.home.code}")


class Forms:
    def __init__(self, browser, at):
        self.browser, self.at = browser, at

    def see(self, path):
        answer = self.browser.get(path if path.startswith("/") else f"{self.at}/{path}")
        if answer.is_redirect:
            return self.see(answer.headers["Location"])
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return re.sub("[\u00a0\u202f\u2060]", " ", unescape(answer.text))

    def send(self, page, to, expected=303, **typed):
        """The form of a page that leads somewhere, with what is typed over what is in it."""
        forms = re.findall(POST, self.see(page), re.S)
        action, body = next(pair for pair in forms if pair[0].endswith(to))
        tags = re.findall(r"<input[^>]*>", body)
        filled = {
            re.search(r'name="([^"]*)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1]
            for tag in tags
            if 'type="radio"' not in tag and 'type="checkbox"' not in tag
        }
        answer = self.browser.request("POST", action, data={**filled, **typed})
        assert answer.status_code == expected, answer.text
        return answer.headers.get("Location", "")


def test_somebody_new_gets_a_desk_and_is_here(host):
    name = f"Thiry{uuid4().hex[:6]}"
    new = {"given_name": "Zoé", "family_name": name, "email": f"{name}@planted.example"}
    about = {"status": "student", "residence": "FR", "told": "yes", "part": "day"}
    desk = {"resource": "desks", "person": ""}
    host.send("sans-reservation", "/sans-reservation", **new, **about, **desk)
    here = host.see(f"jour?nom=zoe {name}")
    assert name in host.see("jour") and "là depuis" in host.see("jour")
    assert name in here
    found = host.see(f"sans-reservation?nom={name[:8]}")
    assert f"Zoé {name}" in found
    again = re.search(r'name="person" value="([0-9a-f-]{36})"', found)[1]
    twice = {"person": again, "part": "day", "resource": "desks"}
    host.send("sans-reservation", "/sans-reservation", 409, **twice)


def test_what_is_decided_holds_at_once(border, host):
    code = f"salle-{uuid4().hex[:6]}"
    room = {"name": "Salle verte", "code": code, "kind": "room", "seats": "6", "units": ""}
    there = host.send("offre", "/offre", **room)
    host.send(there, "/prix", hour_cents="18,50", day_cents="", half_day_cents="")
    host.send(there, "/regles", shortest_minutes="30", horizon_days="90")
    shown = host.see(f"offre/{code}")
    assert 'value="18,50"' in shown and 'value="30"' in shown and 'value="90"' in shown
    space = border.operator.read(f"/v1/spaces/{border.home.space}")
    [added] = [each for each in space["resources"] if each["code"] == code]
    assert (added["hour_cents"], added["rules"]["shortest_minutes"]) == (1850, 30)
    day = in_days(33)
    host.send("horaires", "/fermetures", day=day, reason="Inventaire")
    assert "Inventaire" in host.see("horaires")
    host.send("horaires", "/fermetures", 409, day=day, reason="Inventaire")
    host.send(f"offre/{code}", "/retrait")
    assert code not in host.see("offre")


def test_a_plan_is_offered_subscribed_to_paused_and_ended(border, host):
    code = f"plan-{uuid4().hex[:6]}"
    host.send("membres", "/formules", name=code, code=code, month_cents="95", included_days="5")
    person = border.home.newcomer()
    page = host.see("membres/abonner?nom=Lise Lambert")
    plan = re.search(rf'<option value="([0-9a-f-]{{36}})">{code},', page)[1]
    who = {"holder": f"person {person}", "plan_id": plan, "start": in_days(0)}
    host.send("membres/abonner?nom=Lise Lambert", "/abonner", **who)
    path = f"/v1/spaces/{border.home.space}/memberships"
    [mine] = [e for e in border.operator.items(path, limit=200) if e["person"] == person]
    one = f"membres/{mine['membership']}"
    host.send(one, one, change="pause", day=in_days(1))
    assert "suspendu" in host.see(one)
    host.send(one, one, change="end", day=in_days(2))
    assert "terminé" in host.see(one)


def test_the_figures_count_who_came(host):
    told = host.see("frequentation.csv").splitlines()
    this_week = dict(zip(told[0].split(";"), told[-1].split(";"), strict=True))
    assert int(this_week["visits"]) >= int(this_week["checked_in"]) >= 1
