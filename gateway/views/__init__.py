"""Everything the gateway shows, and everything that can be asked about it."""

from gateway.questions import Question
from gateway.view import View
from gateway.views import (
    agenda,
    availability,
    candidates,
    clashes,
    courses,
    credits,
    directory,
    feed,
    included,
    mobility,
    occupancy,
    people,
    planning,
    reception,
    rights,
    waiting,
)
from kernel.wire import kinds

SUBJECTS = (
    directory,
    candidates,
    clashes,
    people,
    rights,
    agenda,
    availability,
    waiting,
    included,
    planning,
    occupancy,
    reception,
    credits,
    mobility,
    courses,
    feed,
)
VIEWS: list[type[View]] = [
    directory.Directory,
    people.People,
    rights.Rights,
    agenda.Agenda,
    credits.Credits,
    mobility.Mobility,
    courses.Courses,
    feed.Feed,
]
QUESTIONS: list[type[Question]] = [q for each in SUBJECTS for q in kinds(Question, each)]
