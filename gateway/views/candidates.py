"""Places that may become spaces of the network, for who proposed them and for coordinators."""

from marshmallow import fields

from gateway.questions import Question
from gateway.views.directory import Directory
from gateway.views.people import People


class ListCandidates(Question):
    """The places that were proposed, by one person or by anybody: how far each has come, or how it
    ended. `state` is open, opened, declined or withdrawn.
    """

    route = "GET /candidates"
    view = Directory
    joins = (People,)
    select = """
        SELECT c.*, n.given_name, n.family_name, n.email, s.code AS space_code
        FROM directory.candidates c LEFT JOIN people.persons n USING (person)
        LEFT JOIN directory.spaces s ON s.space = c.space
        WHERE c.person = coalesce(%(person_id)s, c.person)
    """
    every = True
    key = ("proposed", "candidate")

    person_id = fields.UUID(load_default=None)
