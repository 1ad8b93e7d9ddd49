"""What hosts type, in the words of commands: amounts in euros, whole numbers, nothing for nothing.

What is no amount and no number stays as it was typed: the schema of the command then says so.
"""

import re
from typing import Any

from gateway.language import Language
from gateway.pages.page import Form

AMOUNT = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?", re.ASCII)


def cents(text: str) -> Any:
    """ "15", "15,5" and "15.50" euros are 1500, 1550 and 1550 cents."""
    found = AMOUNT.fullmatch(text.replace("\u202f", "").replace("\u00a0", "").replace(" ", ""))
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else text


def euros(language: Language, cents: int | None) -> str:
    """1550 is "15,50", as it is typed in that language; nothing for no price."""
    if cents is None:
        return ""
    whole, rest = divmod(cents, 100)
    comma = language.locale.number_symbols["latn"]["decimal"]
    return f"{whole}{comma}{rest:02d}" if rest else str(whole)


def number(text: str) -> Any:
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else text


def as_typed(form: Form, *names: str) -> dict[str, Any]:
    """Texts, and "" for what is not there at all."""
    return {name: form.get(name, "") for name in names}


def given(form: Form, names: tuple[str, ...], meaning: Any) -> dict[str, Any]:
    """Those of the fields that were not left empty, understood."""
    return {name: meaning(form[name]) for name in names if form.get(name)}
