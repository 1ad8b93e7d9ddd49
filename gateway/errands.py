"""What may be asked of the gateway itself: to sign up, to sign in, tokens for programs, and a place
for a guest.

What an operator may ask of it stands in operation.py.
"""

from typing import ClassVar

from marshmallow import Schema, fields, validate

from kernel.wire import Message
from services.bookings.messages import parts as bookings
from services.members import messages as members
from vocabulary.fields import Country, Day

PASSWORD = validate.Length(min=10, max=200)


class Errand(Message):
    """Done by the gateway itself. `answer` says what comes back."""

    answer: ClassVar[type[Schema]]
    tag: ClassVar[str] = "accounts"
    """Under which heading it is described."""


class Opened(Schema):
    account_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)


class SignedIn(Schema):
    person_id = fields.UUID(required=True)
    csrf_token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class SignedOut(Schema):
    signed_out = fields.Boolean(required=True)


class RoleHeld(Schema):
    role = fields.String(required=True)
    space_id = fields.UUID(required=True, allow_none=True)


class Me(Schema):
    account_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    email = fields.String(required=True)
    roles = fields.List(fields.Nested(RoleHeld), required=True)


class TokenKept(Schema):
    token_id = fields.UUID(required=True)
    label = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True, allow_none=True)


class TokenIssued(Schema):
    token_id = fields.UUID(required=True)
    label = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    token = fields.String(required=True)


class TokensKept(Schema):
    items = fields.List(fields.Nested(TokenKept), required=True)


class TokenRevoked(Schema):
    token_id = fields.UUID(required=True)


class CalendarAddress(Schema):
    address = fields.Url(required=True)


class CalendarRevoked(Schema):
    revoked = fields.Boolean(required=True)


class AskedFor(Schema):
    asked = fields.Boolean(required=True)


class AskToJoin(members.JoinNetwork, Errand):
    """Join the network and get an account for it: first a letter goes to the address.

    For everybody, and whatever the address, the answer is the same. The letter has a link that
    works for a day, to choose a password and to join; or says how to get into the account that
    there is. After five within a quarter of an hour one has to wait (429).
    """

    route = "POST /joinings"
    answer = AskedFor


class FinishJoining(Errand):
    """Join the network with the `secret` in a letter, and have an account with this password.

    The password is kept as a hash, at the gateway only. Refused when the address has got an account
    meanwhile (EmailInUse), or the space is not one of the network: then nobody joins.
    """

    route = "POST /joinings/{secret}"
    answer = Opened

    secret = fields.String(required=True, validate=validate.Length(max=200))
    password = fields.String(required=True, validate=PASSWORD, load_only=True)


class SignUp(members.JoinNetwork, Errand):
    """Let somebody join the network, and open an account for them with the e-mail address.

    Done by a host for people at home in the space, and by coordinators; others ask to join. The
    password is kept as a hash, at the gateway only. Refused when the address has an account
    (EmailInUse), or the space is not one of the network: then nobody joins. Needs no
    Idempotency-Key, as an address has one account.
    """

    route = "POST /accounts"
    answer = Opened

    password = fields.String(required=True, validate=PASSWORD, load_only=True)


class OpenAccount(Errand):
    """Give an account to somebody who is in the network but cannot sign in yet.

    Done by a host for people at home in the space who have no other role, by a coordinator for
    everybody but operators. Refused when the address or the person has an account (EmailInUse,
    HasAccount).
    """

    route = "POST /persons/{person_id}/account"
    answer = Opened

    person_id = fields.UUID(required=True)
    email = fields.Email(required=True, validate=validate.Length(max=254))
    password = fields.String(required=True, validate=PASSWORD, load_only=True)


class SignIn(Errand):
    """Open a session for a browser: the answer sets a cookie. Programs use tokens instead.

    Orders that come with the cookie must come from the same site, or carry `csrf_token` in the
    header `X-CSRF-Token`. After five failures within a quarter of an hour one has to wait (429).
    Who has a second factor says a `code` as well: of their app, or one to recover with.
    """

    route = "POST /sessions"
    answer = SignedIn

    email = fields.String(required=True, validate=validate.Length(min=1, max=254))
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    code = fields.String(validate=validate.Length(max=40))


class SignOut(Errand):
    """End the session of this browser."""

    route = "DELETE /sessions/current"
    answer = SignedOut


class SeeMe(Errand):
    """Who am I, and what am I trusted with? A host is host of `space_id`."""

    route = "GET /me"
    answer = Me


class IssueToken(Errand):
    """Get a token for a program of one's own, which then may do what one may do oneself.

    It is shown this once. Send it as `Authorization: Bearer essaim_...`.
    """

    route = "POST /tokens"
    answer = TokenIssued

    label = fields.String(
        required=True, validate=validate.Length(1, 100), metadata={"example": "our door system"}
    )


class ListTokens(Errand):
    """One's tokens that are not revoked, without the tokens themselves."""

    route = "GET /tokens"
    answer = TokensKept


class RevokeToken(Errand):
    """Let a token be worth nothing from now on."""

    route = "DELETE /tokens/{token_id}"
    answer = TokenRevoked

    token_id = fields.UUID(required=True)


class IssueCalendar(Errand):
    """Get a private address at which one's calendar program finds one's bookings (iCalendar).

    It is shown this once, and whoever knows it can read what one has booked: a new one ends the one
    before.
    """

    route = "POST /calendar"
    answer = CalendarAddress


class RevokeCalendar(Errand):
    """Let the private address of one's calendar be worth nothing from now on."""

    route = "DELETE /calendar"
    answer = CalendarRevoked


class AskForPlace(members.Reachable, bookings.PartOrTimes, bookings.Party, Errand):
    """Ask for a place without an account: a desk for a part of a day, another place for a time.

    For everybody. A letter goes to the address, with a link. Only who follows it within a day
    becomes known, at home in that space, or is recognised by the address; and the booking is asked
    of the host, who says yes or no. Until then nothing is booked or held, and nothing is told about
    who has an account. Refused when nothing is free then (NothingFree), and for offices and what
    needs a training (NotForGuests). After five within a quarter of an hour one has to wait (429).
    """

    route = "POST /guest-requests"
    answer = AskedFor
    tag = "bookings"

    space_id = fields.UUID(required=True)
    resource_id = fields.UUID(required=True)
    day = Day(required=True)
    residence = Country(required=True)
