"""What can be typed wrongly into a field, and what is right in it."""

from uuid import uuid4

from tests.network import PASSWORD
from tests.place import in_days

RIGHT = {
    "date": in_days(7),
    "time": "09:00",
    "email": "somebody@planted.example",
    "password": "a long enough password",
    "text": "Somebody",
    "search": "Somebody",
    "textarea": "Some words",
    "tel": "+32 470 00 00 00",
    "url": "https://planted.example/",
    "month": in_days(40)[:7],
    "file": "BEGIN:VCALENDAR",
}
LATER = {"until": in_days(21), "end": "10:00"}
LONG = "x" * 5000
MISPRINTED = {
    "date": ("31/02/2027", "2027-02-31"),
    "time": ("9 h", "25:00"),
    "month": ("2027-13",),
    "number": ("three", "-1", "1.5"),
    "email": ("somebody", "two@words at.example"),
}


def right(field):
    """Something that the field takes. Whatever is in it already, or what its kind asks for."""
    if field.kind in ("select", "radio"):
        return field.value or next(filter(None, field.options), "")
    if field.kind == "number":
        return field.value or field.attributes.get("min", "1")
    if field.attributes.get("autocomplete") == "current-password":
        return PASSWORD
    if field.kind == "email":
        return f"{uuid4().hex[:8]}@planted.example"
    if field.kind == "checkbox":
        return field.value
    return LATER.get(field.name) or field.value or RIGHT[field.kind]


def mistakes(field, form):
    """What it must not take. Where nothing is required, and when somebody only asks, nothing may
    be said."""
    if field.required and form.method == "post":
        yield ""
    if field.kind == "checkbox":
        return
    if field.kind in ("select", "radio"):
        yield "no-such-choice"
        return
    yield from MISPRINTED.get(field.kind, ())
    if form.method == "post" or field.kind not in ("text", "search"):  # which then finds nothing
        yield LONG
