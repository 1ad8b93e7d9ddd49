"""Every form of every page, with every mistake in every field, in all languages.

The form comes back with what was typed, the field marked, and the reason in the reader's language.
"""

from urllib.parse import urljoin
from uuid import uuid4

import pytest

from gateway.language import LANGUAGES
from tests.border import PEOPLE
from tests.crawl.html import Page
from tests.crawl.mistakes import mistakes, right
from tests.crawl.test_nobody_sees_anothers_data import path_of

pytestmark = pytest.mark.long


def forms_of(visits):
    """Every form in which something can be typed or chosen, once: where it stands, and itself."""
    found = {}
    for who in ("visitor", *PEOPLE):
        for each in visits[who]:
            if each.kind == "text/html" and each.status == 200:
                for form in each.page.forms:
                    if form.visible() and form.is_sent:
                        key = (form.method, path_of(form.action), *sorted(form.visible()))
                        found.setdefault(key, (who, each.address, form))
    return found


def sent(viewer, address, form, typed, language):
    """The form as that person sends it. It is fetched anew, as each may be sent once."""
    headers = {
        "Accept-Language": language,
        "Referer": urljoin(str(viewer.browser.base_url), address),
    }
    action = form.action or address
    if form.method == "get":
        return viewer.browser.get(action, params=form.hidden() | typed, headers=headers)
    again = {"key": str(uuid4())} if "key" in form.hidden() else {}
    chosen = {name for name, each in form.visible().items() if each.kind == "file"}
    words = {k: v for k, v in (form.hidden() | again | typed).items() if k not in chosen}
    files = {name: ("a file", typed[name].encode()) for name in chosen}
    about = {"data": words, "files": files} if files else {"data": words}
    return viewer.browser.request("POST", action, headers=headers, **about)


def trouble(viewer, address, form, field, wrong, language):
    """What is not as it should be with the answer to this mistake, and the reason that it gave."""
    typed = {name: right(each) for name, each in form.visible().items()} | {field.name: wrong}
    answer = sent(viewer, address, form, typed, language)
    page = Page(answer.text)
    again = [each for each in page.forms if comes_back(form, each)]
    if not again:
        return [f"answers {answer.status_code} without the form"], ""
    back = again[0].visible()
    marked = back[field.name].within if field.kind == "radio" else back[field.name].attributes
    reason = page.ids.get(marked.get("aria-describedby", ""), "").strip()
    if answer.status_code in (401, 429):  # nobody is told what was nearly right
        marked, reason = {"aria-invalid": "true"}, page.alert.strip()
    kept = {name: each.value for name, each in back.items() if is_kept(each)}
    lost = {name for name in typed.keys() & kept.keys() if kept[name] != typed[name]}
    if field.options:
        lost -= {field.name}  # what is not to choose from cannot be shown as chosen
    wanted = {
        f"it answers {answer.status_code}": answer.status_code in (401, 422, 429),
        "the page is in another language": page.language == language,
        "the field is not marked": marked.get("aria-invalid") == "true",
        "no reason is given": bool(reason),
        f"what was typed is gone: {lost}": not lost,
    }
    return [what for what, good in wanted.items() if not good], reason


def comes_back(form, again):
    """The same form, or for one that is a part of another page's that one."""
    return again.action == form.action and again.visible().keys() >= form.visible().keys()


def is_kept(field):
    secret = (
        field.kind in ("password", "file")
        or field.attributes.get("autocomplete") == "one-time-code"
    )
    return field.kind != "checkbox" and not secret


def test_forms_are_found(visits):
    paths = {path for _, path, *_ in forms_of(visits)}
    assert {"/inscription", "/connexion", "/reserver/{code}"} <= paths


def test_a_mistake_brings_the_form_back_and_says_what_is_wrong(viewers, visits):
    wrong = []
    for (method, path, *_), (who, address, form) in forms_of(visits).items():
        for field in form.visible().values():
            for mistake in mistakes(field, form):
                reasons = set()
                for language in LANGUAGES:
                    told, reason = trouble(viewers[who], address, form, field, mistake, language)
                    if told:
                        wrong.append((method, path, field.name, mistake[:20], language, told))
                    reasons.add(reason)
                if len(reasons) != len(LANGUAGES):
                    wrong.append((method, path, field.name, mistake[:20], sorted(reasons)))
    assert not wrong, "\n".join(map(str, wrong))
