"""python -m deploy.texts      `make texts`: bring the catalogues up to date, for translators

Every text of templates, of pages and of refusals stands in each catalogue, under its English words.
New ones are empty, but in English; those that nobody uses any more are gone.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from io import BytesIO
from pathlib import Path
from pkgutil import iter_modules

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

import gateway
import services
from gateway.language import DOMAIN, LANGUAGES, catalogue, path
from kernel.facts import Refused

GATEWAY = Path(gateway.__file__).parent
JINJA = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
OPTIONS = {"templates/**.html": JINJA, "templates/**.txt": JINJA}
SOURCES = [("**.py", "python"), *((templates, "jinja2") for templates in OPTIONS)]
HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: {plurals}\n"

"""


def texts() -> Catalog:
    """What there is to translate. A refusal stands in the context of its kind."""
    found = Catalog(domain=DOMAIN, fuzzy=False)
    for file, text in of_gateway():
        found.add(text, locations=[(f"gateway/{file}", 0)])
    for refusal in refusals():
        where = refusal.__module__.replace(".", "/") + ".py"
        found.add(reason(refusal), locations=[(where, 0)], context=refusal.__name__)
    return found


@cache
def of_gateway() -> list[tuple[str, str | tuple[str, ...]]]:
    """(file, text, or text and plural) of pages and templates."""
    keywords = {**DEFAULT_KEYWORDS, "gettext_noop": None}
    found = extract_from_dir(GATEWAY, SOURCES, OPTIONS, keywords)
    return [(file, text) for file, _, text, _, _ in found]


def refusals() -> Iterator[type[Refused]]:
    """All that a service may answer with."""
    for service in iter_modules(services.__path__, "services."):
        domain = import_module(f"{service.name}.domain")
        parts = [part.name for part in iter_modules(domain.__path__, f"{domain.__name__}.")]
        for module in [domain, *map(import_module, parts)]:
            for kind in vars(module).values():
                if isinstance(kind, type) and issubclass(kind, Refused) and kind is not Refused:
                    yield kind


def reason(refusal: type[Refused]) -> str:
    """Its docstring as partners read it, with the {names} in it."""
    return " ".join((refusal.__doc__ or "").split())


def updated(code: str) -> Catalog:
    """The catalogue of a language with the texts of today. What was translated stays."""
    known = catalogue(code)
    known.update(texts(), no_fuzzy_matching=True)
    if code == "en":
        for text in known:
            text.string = text.string if any(text.string or ()) else text.id
    return known


def written(code: str, texts: Catalog) -> bytes:
    """A catalogue as a file, the same each time: without the hour, and without line numbers."""
    file = BytesIO()
    write_po(
        file,
        texts,
        width=100,
        omit_header=True,
        sort_by_file=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    header = HEADER.format(language=code, plurals=texts.plural_forms)
    return header.encode() + file.getvalue()


if __name__ == "__main__":
    for language in LANGUAGES:
        path(language).write_bytes(written(language, updated(language)))
