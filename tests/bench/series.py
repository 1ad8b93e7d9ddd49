"""What a series over two years takes, through HTTP: seen before, booked, moved and cancelled."""

import time
from datetime import date, timedelta
from statistics import median

from tests.bench.table import Row
from tests.place import Place

WEEKS, PEOPLE, FEW = 104, 9, 3
BAR = "<= 1000"


def rows(bench):
    with bench.network() as running:
        place = Place(running.operator)
        resource = f"resources/{place.offers['desks']}"
        place.set(f"{resource}/booking-rules", horizon_days=2 * 366)
        told = {"previewed": [], "booked": [], "moved": [], "cancelled": []}
        for _ in range(FEW if bench.quick else PEOPLE):
            live(running.operator, place, told)
    for what, took in told.items():
        about = f"longest {max(took):.0f}; through HTTP"
        yield Row(f"{WEEKS} weeks {what}: ms", median(took), BAR, about)


def live(operator, place, told):
    """Somebody comes every week for two years, then the whole day, and then no more."""

    def ask(what, path, words):
        begun = time.perf_counter()
        answer = operator.post(path, words)
        told[what].append(1000 * (time.perf_counter() - begun))
        assert answer.status_code in (200, 201), f"{what}: {answer.status_code} {answer.text}"
        return answer.json()

    first = date.today() + timedelta(days=2)  # noqa: DTZ011 - any zone will do
    asked = {
        "space_id": place.space,
        "resource_id": place.offers["desks"],
        "person_id": place.newcomer(),
        "part": "morning",
        "every": "week",
        "first": str(first),
        "until": str(first + timedelta(weeks=WEEKS - 1)),
    }
    ask("previewed", "/v1/desk-series/preview", asked)
    series = ask("booked", "/v1/desk-series", asked)["id"]
    ask("moved", f"/v1/series/{series}/move", {"part": "day"})
    ask("cancelled", f"/v1/series/{series}/cancellation", {})
