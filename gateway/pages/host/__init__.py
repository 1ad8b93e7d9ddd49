"""What somebody sees who runs a space: each page for its host, and whoever else the table lets."""

from gateway.door import Endpoint
from gateway.pages.host import day, own_spaces, planning, poster, requests, walk_in

PAGES: list[tuple[str, Endpoint]] = [
    ("GET /mes-espaces", own_spaces.see),
    ("GET /espaces/{code}/jour", day.see_today),
    ("GET /espaces/{code}/jour/{day}", day.see),
    ("POST /espaces/{code}/jour/{day}/arrivee", day.check_in),
    ("POST /espaces/{code}/jour/{day}/absence", day.record_no_show),
    ("GET /espaces/{code}/sans-reservation", walk_in.see),
    ("POST /espaces/{code}/sans-reservation", walk_in.welcome),
    ("GET /espaces/{code}/planning", planning.see),
    ("GET /espaces/{code}/affiche", poster.see),
    ("GET /espaces/{code}/demandes", requests.see),
    ("POST /espaces/{code}/demandes/accord", requests.approve),
    ("POST /espaces/{code}/demandes/refus", requests.decline),
]
