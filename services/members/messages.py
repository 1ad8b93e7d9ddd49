"""What may be asked of members."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from kernel.wire import Message
from vocabulary.fields import Cents, Code, Country, Day, Line, Whole

STATUSES = ("independent", "employee", "start-up", "student", "job-seeker", "association-worker")
GUEST = "guest"
"""The status of who has asked for a place without joining, and did not say what they do."""
ROLES = ("member", "host", "coordinator", "trainer", "auditor", "operator")
KINDS = ("company", "nonprofit", "public")
LANGUAGES = ("fr", "nl", "de", "en")
CONSENTS = {"training-letters": 1, "surveys": 1}
"""What people may agree to, each with the version of its text that is in force."""
PURPOSES = {
    "grant-control": ("given_name", "family_name", "birth_year"),
    "accounting": ("given_name", "family_name"),
    "legal-request": ("given_name", "family_name", "email", "phone", "birth_year", "language"),
}
"""What details may be told to others for, each with the fields that it needs and no more."""
UNLIMITED = "Each month. Unlimited when it is not said."


class Recipient(Line):
    """An authority or a company: it stands in a fact for ever, where nobody's name may be."""

    shape = validate.Regexp(
        rf"(?!.*[^ ]@[^ ]){Line.text}",
        error="Expected the name of an authority or a company, and no e-mail address.",
    )


class Situation(Schema):
    """Where somebody is at home in the network, what they do, and in which country they live."""

    home_space_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "null for somebody of the network itself, at home in no space."},
    )
    status = fields.String(required=True, validate=validate.OneOf((*STATUSES, GUEST)))
    residence = Country(required=True)


class Reachable(Schema):
    """What somebody is called, and where they are reached."""

    given_name = Line(100, required=True, metadata={"example": "Lise"})
    family_name = Line(100, required=True, metadata={"example": "Lambert"})
    email = fields.Email(required=True, validate=validate.Length(max=254))
    phone = fields.String(
        load_default=None,
        validate=validate.Regexp(
            r"\+[1-9]([ .-]?[0-9]){5,18}\Z",
            error='Expected an international number such as "+32 60 12 34 56".',
        ),
        metadata={"example": "+32 60 12 34 56"},
    )
    language = fields.String(load_default="fr", validate=validate.OneOf(LANGUAGES))


class Details(Reachable):
    """Who somebody is. Kept in the vault, from which it can be erased, and never in an event."""

    birth_year = Whole(1900, 2099, load_default=None)


class RoleOfPerson(Schema):
    """A host is always host of a space; the other roles hold everywhere."""

    person_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    space_id = fields.UUID(load_default=None)

    @validates_schema
    def _a_host_has_a_space(self, words: dict[str, Any], **_: Any) -> None:
        if words["role"] == "host" and words["space_id"] is None:
            raise ValidationError("A host is host of a space: say of which.", "space_id")
        if words["role"] != "host" and words["space_id"] is not None:
            raise ValidationError("Only a host is host of a space.", "space_id")


class ConsentOfPerson(Schema):
    """Something that a person may agree to, or not."""

    person_id = fields.UUID(required=True)
    consent = fields.String(required=True, validate=validate.OneOf(list(CONSENTS)))


class AboutPerson(Schema):
    """Something that concerns one person as a whole."""

    person_id = fields.UUID(required=True)


class Belonging(Schema):
    """A person and an organisation."""

    organisation_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)


class ChangeOfMembership(Schema):
    """Something is different from the day `start` on."""

    membership_id = fields.UUID(required=True)
    start = Day(required=True)


class JoinNetwork(Situation, Details, Message):
    """A person joins the network, at home in one of its spaces.

    Normally asked by the person, or by the host of the home space. Refused when the space is
    not one of the network.
    """

    route = "POST /persons"


class CorrectDetails(Details, Message):
    """Replace all the details of a person: a detail that is left out is gone.

    Normally asked by the person.
    """

    route = "PUT /persons/{person_id}/details"

    person_id = fields.UUID(required=True)


class ChangeSituation(Situation, Message):
    """A person moves, changes occupation, or is at home in another space from now on.

    Normally asked by the person. Refused when the space is not one of the network.
    """

    route = "PUT /persons/{person_id}/situation"

    person_id = fields.UUID(required=True)


class GrantRole(RoleOfPerson, Message):
    """Trust a person with a role: `host` of one space, or any other role everywhere.

    Normally asked by a coordinator. Refused when the person already has it.
    """

    route = "POST /persons/{person_id}/roles"


class RevokeRole(RoleOfPerson, Message):
    """Take a role away from a person.

    Normally asked by a coordinator. Refused when the person does not have it.
    """

    route = "POST /persons/{person_id}/roles/revocation"


class GiveConsent(ConsentOfPerson, Message):
    """A person agrees to something that nobody may do otherwise, in the words that they have read.

    Asked by the person, and by nobody in their place. Refused when the text is another one now
    (ConsentTextChanged). Nobody has agreed to anything before.
    """

    route = "PUT /persons/{person_id}/consents/{consent}"

    version = Whole(1, 1000, required=True, metadata={"description": "Of the text that was read."})


class WithdrawConsent(ConsentOfPerson, Message):
    """A person agrees no longer, from now on. As easy as agreeing.

    Asked by the person, or for them by a coordinator whom they have told.
    """

    route = "DELETE /persons/{person_id}/consents/{consent}"


class RestrictProcessing(AboutPerson, Message):
    """Keep the details of a person, and show them to nobody but the person (GDPR, article 18).

    Asked by the person, or for them by a coordinator whom they have told. No letters are sent but
    those about their account. What they have booked stays booked, under no name.
    """

    route = "PUT /persons/{person_id}/restriction"


class LiftRestriction(AboutPerson, Message):
    """Show the details of a person again where they were shown before.

    Asked as it was restricted. Whoever has asked to be erased takes that back by it.
    """

    route = "DELETE /persons/{person_id}/restriction"


class RequestErasure(AboutPerson, Message):
    """Erase a person as soon as the law allows, and until then keep only what it asks for.

    Asked by the person, or for them by a coordinator or an operator. Details that no duty covers
    and the account are erased at once; the others are shown to nobody, and erased by themselves on
    the day after the last duty. Without a duty that is now. The answer has the number of the
    `certificate`. Refused while a subscription is running (StillSubscribed).
    """

    route = "POST /persons/{person_id}/erasure-request"


class ErasePerson(AboutPerson, Message):
    """Erase everything that says who a person is, now and for good (GDPR, article 17).

    Asked by the person, or for them by a coordinator or an operator. Refused while a duty to keep
    some of it runs, with the day until which and why (MustBeKept), and while a subscription is
    running (StillSubscribed). What was done stays counted, under an id that nobody knows. The
    answer has the number of the `certificate`.
    """

    route = "DELETE /persons/{person_id}"


class DiscloseDetails(Message):
    """Tell details of people to somebody outside, for a purpose that the law or a contract knows.

    Asked by an auditor, a coordinator or an operator, and recorded for ever, with whoever asked:
    each of these people sees it. Only the fields that the purpose needs are told, by
    `GET /disclosures/{disclosure_id}`, and only while they exist. Whoever has been erased is left
    out. Refused when somebody is not known (UnknownPerson), or nobody is left (NothingToDisclose).
    """

    route = "POST /disclosures"

    person_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(1, 500), metadata={"minItems": 1}
    )
    purpose = fields.String(required=True, validate=validate.OneOf(list(PURPOSES)))
    recipient = Recipient(
        200,
        required=True,
        metadata={
            "example": "Autorité de gestion Interreg",
            "description": "The authority or company that gets to know them. Never a person.",
        },
    )


class RegisterOrganisation(Message):
    """Register a company, an association or a public body under a code of its own.

    Normally asked by a coordinator. Refused when the code is taken.
    """

    route = "POST /organisations"

    code = Code(required=True, metadata={"example": "ferme-chimay"})
    name = Line(200, required=True, metadata={"example": "La Ferme Coworking"})
    country = Country(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))


class JoinOrganisation(Belonging, Message):
    """A person belongs to an organisation from now on.

    Normally asked by a coordinator. Refused when nobody has this id, or already belongs to it.
    """

    route = "POST /organisations/{organisation_id}/persons"


class LeaveOrganisation(Belonging, Message):
    """A person belongs to an organisation no longer.

    Normally asked by the person. Refused when the person does not belong to it.
    """

    route = "DELETE /organisations/{organisation_id}/persons/{person_id}"


class OfferPlan(Message):
    """A space offers a plan: so much a month, for so many days and hours.

    Normally asked by a host of the space. A plan never changes: another price is another plan.
    Refused when the space has used the code before.
    """

    route = "POST /spaces/{space_id}/plans"

    space_id = fields.UUID(required=True)
    code = Code(required=True, metadata={"example": "ten-days"})
    name = Line(200, required=True, metadata={"example": "Dix jours par mois"})
    month_cents = Cents(required=True)
    included_days = Whole(0, 31, load_default=None, metadata={"description": UNLIMITED})
    access_hours = Whole(1, 744, load_default=None, metadata={"description": UNLIMITED})


class WithdrawPlan(Message):
    """Offer a plan no longer. Whoever has it keeps it.

    Normally asked by a host of the space. Refused when it has been withdrawn before.
    """

    route = "POST /plans/{plan_id}/withdrawal"

    plan_id = fields.UUID(required=True)


class OfOneHolder(Schema):
    """For a person or for an organisation."""

    person_id = fields.UUID(load_default=None)
    organisation_id = fields.UUID(load_default=None)

    @validates_schema
    def _one_holder(self, words: dict[str, Any], **_: Any) -> None:
        if (words["person_id"] is None) == (words["organisation_id"] is None):
            why = "Say for whom: either a person or an organisation."
            raise ValidationError({"person_id": [why], "organisation_id": [why]})


class Subscribe(OfOneHolder, Message):
    """A person or an organisation takes a plan of a space, from a day on.

    Normally asked by the person or by a host of the space. Refused while a subscription to the
    same space is running, until the day after the last one, and when the plan is withdrawn or
    of another space.
    """

    route = "POST /spaces/{space_id}/subscriptions"

    space_id = fields.UUID(required=True)
    plan_id = fields.UUID(required=True)
    start = Day(required=True)


class ChangePlan(ChangeOfMembership, Message):
    """Go over to another plan of the same space, from a day on.

    Refused unless a subscription is running and not paused, when the plan is the same,
    withdrawn or of another space, and when the day is before the latest change.
    """

    route = "POST /memberships/{membership_id}/plan"

    plan_id = fields.UUID(required=True)


class PauseSubscription(ChangeOfMembership, Message):
    """Put a subscription to rest from a day on.

    Refused unless it is running, and when the day is before the latest change.
    """

    route = "POST /memberships/{membership_id}/pause"


class ResumeSubscription(ChangeOfMembership, Message):
    """Take up a paused subscription again from a day on.

    Refused unless it is paused, and when the day is before the latest change.
    """

    route = "POST /memberships/{membership_id}/resumption"


class EndSubscription(Message):
    """End a subscription, running or paused, with a last day.

    Refused when none is running, and when the day is before the latest change.
    """

    route = "POST /memberships/{membership_id}/end"

    membership_id = fields.UUID(required=True)
    end = Day(required=True)


SPENT_ON = ("desk", "room", "machine")


class OfferPack(Message):
    """Offer a pack: half-days at desks, or hours in rooms (and studios) or on machines, for one
    price, to be used within some months.

    `kind` says what they are spent on: a desk, with so many `half_days`; a room or a machine, with
    so many `hours`. Normally asked by a host of the space; by a coordinator for one that is good in
    every space of the network (`space_id` null). A pack never changes: another price is another
    pack. Refused when the code has been used there before.
    """

    route = "POST /packs"

    space_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "null for a pack that is good in every space."},
    )
    code = Code(required=True, metadata={"example": "ten-days"})
    name = Line(200, required=True, metadata={"example": "Carnet de dix jours"})
    kind = fields.String(load_default="desk", validate=validate.OneOf(SPENT_ON))
    half_days = Whole(1, 1000, load_default=None, metadata={"example": 20})
    hours = Whole(1, 1000, load_default=None, metadata={"example": 10})
    cents = Cents(required=True, metadata={"example": 18000})
    valid_months = Whole(1, 60, required=True, metadata={"example": 12})

    @validates_schema
    def _count_what_it_is_spent_on(self, words: dict[str, Any], **_: Any) -> None:
        counted, other = ("half_days", "hours")[:: 1 if words["kind"] == "desk" else -1]
        if words[counted] is None:
            raise ValidationError("Say how much there is in it.", counted)
        if words[other] is not None:
            raise ValidationError("Not for what it is spent on.", other)


class WithdrawPack(Message):
    """Offer a pack no longer. Whoever has got it keeps it.

    Normally asked by a host of the space. Refused when it has been withdrawn before.
    """

    route = "POST /packs/{pack_id}/withdrawal"

    pack_id = fields.UUID(required=True)


class SellPack(OfOneHolder, Message):
    """Record that a person or an organisation has got a pack at the counter of a space: a credit.

    Asked by a host of the space; how it was paid is not recorded here. It can be used from the
    day `start` on, for as many months as the pack says, and bookings use it by themselves, the
    credit that ends soonest first: those of the person, or of whoever belongs to the organisation
    when they book. Refused when the pack is withdrawn or of another space.
    """

    route = "POST /spaces/{space_id}/pack-sales"

    space_id = fields.UUID(required=True)
    pack_id = fields.UUID(required=True)
    start = Day(required=True)


class RevokeCredit(Message):
    """Take back what is left of a credit: it was sold by mistake, or paid back.

    Asked by a host of the space that sold it. What was booked with it stays as it is. Refused
    when it has been taken back before.
    """

    route = "POST /credits/{credit_id}/revocation"

    credit_id = fields.UUID(required=True)
