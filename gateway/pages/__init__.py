"""What people see: pages made on the server, in their language, that need no JavaScript."""

from gateway.door import Endpoint
from gateway.pages import (
    book,
    choose_appearance,
    choose_language,
    design,
    mine,
    my_pass,
    network,
    operation,
    sign_in,
    sign_up,
    space,
    visitors,
)

PAGES: list[tuple[str, Endpoint]] = [
    ("GET /", network.see),
    ("GET /espaces/{code}", space.see),
    ("GET /espaces/{code}/jour/{day}", visitors.see),
    ("POST /espaces/{code}/jour/{day}/arrivee", visitors.check_in),
    ("POST /espaces/{code}/jour/{day}/absence", visitors.record_no_show),
    ("GET /reserver/{code}", book.see),
    ("POST /reserver/{code}", book.book),
    ("GET /mes-reservations", mine.see),
    ("POST /mes-reservations/agenda", mine.subscribe),
    ("POST /mes-reservations/{booking_id}/annulation", mine.cancel),
    ("POST /mes-reservations/{booking_id}/arrivee", mine.check_in),
    ("GET /mon-pass", my_pass.see),
    ("GET /exploitation", operation.see),
    ("GET /inscription", sign_up.see),
    ("POST /inscription", sign_up.sign_up),
    ("GET /connexion", sign_in.see),
    ("POST /connexion", sign_in.sign_in),
    ("POST /deconnexion", sign_in.sign_out),
    ("POST /langue", choose_language.choose),
    ("POST /apparence", choose_appearance.choose),
    ("GET /design", design.see),
]
