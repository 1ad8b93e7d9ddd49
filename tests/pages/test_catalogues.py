"""The catalogues hold every text of pages and refusals, in every language, and no other."""

import re

import pytest

from deploy.texts import texts, updated, written
from gateway.language import LANGUAGES, catalogue, path

INFORMAL = {
    "fr": r"\b(tu|toi|ton|ta|tes)\b",
    "nl": r"\b(je|jij|jou|jouw|jullie)\b",
    "de": r"\b(du|dir|dich|dein\w*|euch|euer\w*)\b",
    "en": r"\bthou\b",
}


@pytest.fixture(scope="module", params=LANGUAGES)
def code(request):
    return request.param


@pytest.fixture(scope="module")
def known(code):
    return [text for text in catalogue(code) if text.id]


def forms(text):
    """Singular and plural, or the only one."""
    return text if isinstance(text, tuple) else (text,)


def fixed(text):
    """What of a text is for the program: names of values, and elements."""
    return sorted(re.findall(r"%\(\w+\)s|{\w+}|</?\w+>", text))


def keys(found):
    return {(text.context, text.id) for text in found if text.id}


def test_there_is_something_to_translate():
    found = keys(texts())
    assert (
        "NoDeskLeft",
        "Every desk is already taken on {day} between {start} and {end}.",
    ) in found
    assert (None, "My bookings") in found  # of a template
    assert (None, "Whit Monday") in found  # of a page
    assert (None, ("%(days)s day", "%(days)s days")) in found
    assert len(found) > 300


def test_no_text_is_missing_and_none_is_unused(known):
    assert keys(known) == keys(texts())


def test_every_text_is_translated_and_none_is_a_guess(known):
    assert [text.id for text in known if text.fuzzy or not all(forms(text.string))] == []


def test_a_plural_has_every_form_of_its_language(code, known):
    many = catalogue(code).num_plurals
    assert many == 2
    for text in known:
        assert len(forms(text.string)) == (many if text.pluralizable else 1), text.id


def test_values_and_elements_are_those_of_the_source(known):
    for text in known:
        for said in forms(text.string):
            assert fixed(said) == fixed(forms(text.id)[0]), text.id


def test_quotation_marks_are_those_of_print(known):
    """Also because a straight one would end an attribute."""
    assert [said for text in known for said in forms(text.string) if {"'", '"'} & set(said)] == []


def test_strangers_are_spoken_to_politely(code, known):
    rude = re.compile(INFORMAL[code], re.I)
    assert [said for text in known for said in forms(text.string) if rude.search(said)] == []


def test_french_leaves_no_sign_alone_on_a_line():
    said = [said for text in catalogue("fr") if text.id for said in forms(text.string)]
    assert [
        text for text in said if re.search(r"(?<![\u00a0\u202f])[;!?]|(?<!\u00a0):", text)
    ] == []


def test_a_catalogue_is_as_make_texts_leaves_it(code):
    assert path(code).read_bytes() == written(code, updated(code))
