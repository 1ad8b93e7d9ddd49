"""Who may do what: one table, and nothing else decides.

Each message, question and errand has a row: role -> whose. Nobody may do what has no row. Every
caller is a visitor, and a member once signed in; the other roles are granted by members.

- coordinator: the business of the whole network; nobody's bookings, enrolments or work days.
- operator: keeps the machine and everybody's business going; not the private work days.
- auditor: reads what is accounted for, and every fact but the private work days; orders nothing,
  and sees nobody's name, but in what is disclosed to them, which is recorded.
- host: their own spaces, what is booked and subscribed there, the people at home there.
- trainer: the sessions they train.
- member: themselves.
"""

from gateway.people import Caller
from gateway.problems import NEEDS_TOKEN, Problem
from gateway.whose import (
    Look,
    Whose,
    Words,
    anyone,
    at_home_in_own_space,
    booking_in_own_space,
    credit_of_own_space,
    either_own_space,
    lesser_role,
    membership_of_own_space,
    newcomer_in_own_space,
    no_operator,
    own_booking,
    own_booking_now,
    own_candidate,
    own_disclosure,
    own_home_space,
    own_membership,
    own_pack,
    own_plan,
    own_series,
    own_session,
    own_space,
    own_wait,
    series_in_own_space,
    themselves,
    with_themselves,
)

Row = dict[str, Whose]

EVERYBODY: Row = {"visitor": anyone}
SIGNED_IN: Row = {"member": anyone}
NETWORK: Row = {"coordinator": anyone, "operator": anyone}
SPACE: Row = {"host": own_space, **NETWORK}
READERS: Row = {"auditor": anyone, **NETWORK}
PERSON: Row = {"member": themselves, "host": at_home_in_own_space, **NETWORK}
MEMBERSHIP: Row = {"member": own_membership, "host": membership_of_own_space, **NETWORK}
BOOK: Row = {"member": themselves, "host": own_space, "operator": anyone}
BOOKING: Row = {"member": own_booking, "host": booking_in_own_space, "operator": anyone}
BOOKING_OF_SPACE: Row = {"host": booking_in_own_space, "operator": anyone}
DAY_OF_SPACE: Row = {"host": own_space, "operator": anyone}
WAIT: Row = {"member": own_wait, **DAY_OF_SPACE}
SERIES: Row = {"member": own_series, "host": series_in_own_space, "operator": anyone}
SESSION: Row = {"trainer": own_session, **NETWORK}
FACTS: Row = {"auditor": anyone, "operator": anyone}
STRICTLY_PRIVATE: Row = {"member": themselves}
RIGHTS: Row = {"member": themselves, **NETWORK}

PERMISSIONS: dict[str, Row] = {
    # members
    "join_network": {"host": own_home_space, **NETWORK},
    "correct_details": PERSON,
    "change_situation": PERSON,
    "grant_role": {"coordinator": lesser_role, "operator": anyone},
    "revoke_role": {"coordinator": lesser_role, "operator": anyone},
    "register_organisation": NETWORK,
    "join_organisation": NETWORK,
    "leave_organisation": {"member": themselves, **NETWORK},
    "offer_plan": SPACE,
    "withdraw_plan": {"host": own_plan, **NETWORK},
    "subscribe": {"member": themselves, **SPACE},
    "change_plan": MEMBERSHIP,
    "pause_subscription": MEMBERSHIP,
    "resume_subscription": MEMBERSHIP,
    "end_subscription": MEMBERSHIP,
    "offer_pack": SPACE,
    "withdraw_pack": {"host": own_pack, **NETWORK},
    "sell_pack": SPACE,
    "revoke_credit": {"host": credit_of_own_space, **NETWORK},
    "list_packs": EVERYBODY,
    "list_credits": {"member": themselves, "host": at_home_in_own_space, "operator": anyone},
    "list_sold_packs": SPACE,
    "give_consent": STRICTLY_PRIVATE,
    "withdraw_consent": {"member": themselves, **NETWORK},
    "see_person": PERSON,
    "see_details": STRICTLY_PRIVATE,
    "restrict_processing": RIGHTS,
    "lift_restriction": RIGHTS,
    "request_erasure": RIGHTS,
    "erase_person": RIGHTS,
    "see_rights": RIGHTS,
    "see_erasure": EVERYBODY,
    "export_person": STRICTLY_PRIVATE,
    "disclose_details": READERS,
    "see_disclosure": {role: own_disclosure for role in READERS},
    "list_disclosures": STRICTLY_PRIVATE,
    "list_subscriptions": STRICTLY_PRIVATE,
    "list_organisations": EVERYBODY,
    "list_plans": EVERYBODY,
    "list_memberships": SPACE,
    # spaces
    "open_space": NETWORK,
    "start_operation": SPACE,
    "add_resource": SPACE,
    "retire_resource": SPACE,
    "set_prices": SPACE,
    "set_booking_rules": SPACE,
    "set_parts": SPACE,
    "set_quotas": SPACE,
    "set_reductions": SPACE,
    "offer_extra": SPACE,
    "withdraw_extra": SPACE,
    "set_hours": SPACE,
    "set_terms": SPACE,
    "close_day": SPACE,
    "open_day": SPACE,
    "observe_holidays": SPACE,
    "describe_space": SPACE,
    "lend": SPACE,
    "return_loan": SPACE,
    "list_spaces": EVERYBODY,
    "see_space": EVERYBODY,
    "see_availability": EVERYBODY,
    "see_week": EVERYBODY,
    "find_free": EVERYBODY,
    "list_loans": {"host": own_space, **READERS},
    "propose_space": {"member": themselves, **NETWORK},
    "withdraw_candidate": {"member": own_candidate, **NETWORK},
    "take_step": NETWORK,
    "decline_candidate": NETWORK,
    "open_candidate": NETWORK,
    "list_candidates": {"member": themselves, **NETWORK},
    # bookings
    "book_desk": BOOK,
    "book_room": BOOK,
    "book_machine": BOOK,
    "book_office": BOOK,
    "book_desk_series": BOOK,
    "book_room_series": BOOK,
    "book_machine_series": BOOK,
    "move_series": SERIES,
    "cancel_series": SERIES,
    "see_series": SERIES,
    "cancel_booking": BOOKING,
    "move_booking": BOOKING,
    "change_extras": BOOKING,
    "check_in": {"member": own_booking_now, **BOOKING_OF_SPACE},
    "record_no_show": BOOKING_OF_SPACE,
    "release_place": BOOKING_OF_SPACE,
    "approve_booking": BOOKING_OF_SPACE,
    "decline_booking": BOOKING_OF_SPACE,
    "list_requests": DAY_OF_SPACE,
    "join_waiting_list": BOOK,
    "leave_waiting_list": WAIT,
    "take_offer": WAIT,
    "offer_places": DAY_OF_SPACE,
    "block_times": SPACE,
    "see_clashes": DAY_OF_SPACE,
    "list_waiting": {"member": themselves, "host": at_home_in_own_space, "operator": anyone},
    "see_waiting_list": DAY_OF_SPACE,
    "list_bookings": {"member": themselves, "host": at_home_in_own_space, "operator": anyone},
    "list_included": {"member": themselves, "host": at_home_in_own_space, "operator": anyone},
    "see_booking": BOOKING,
    "see_visitors": DAY_OF_SPACE,
    "see_planning": DAY_OF_SPACE,
    "see_occupancy": {"host": own_space, **READERS},
    "find_members": DAY_OF_SPACE,
    # mobility
    "issue_pass": NETWORK,
    "extend_pass": NETWORK,
    "withdraw_pass": NETWORK,
    "agree_tariff": NETWORK,
    "declare_work_day": STRICTLY_PRIVATE,
    "contest_work_day": STRICTLY_PRIVATE,
    "list_passes": PERSON,
    "list_work_days": STRICTLY_PRIVATE,
    "list_tariffs": {"host": anyone, **READERS},
    "list_settlements": {"host": own_space, **READERS},
    "list_settlement_lines": {"host": either_own_space, **READERS},
    # training
    "offer_course": NETWORK,
    "withdraw_course": NETWORK,
    "plan_session": {"trainer": with_themselves, **NETWORK},
    "enrol": {"member": themselves, "host": at_home_in_own_space, **SESSION},
    "cancel_enrolment": {"member": themselves, "host": at_home_in_own_space, **SESSION},
    "record_attendance": SESSION,
    "cancel_session": SESSION,
    "list_courses": EVERYBODY,
    "see_course": EVERYBODY,
    "list_sessions": EVERYBODY,
    "see_session": EVERYBODY,
    "list_participants": SESSION,
    "list_enrolments": STRICTLY_PRIVATE,
    # all services
    "read_events": READERS,
    # outside calendars
    "list_outside_calendars": SPACE,
    "add_outside_calendar": SPACE,
    "read_outside_calendar": SPACE,
    "remove_outside_calendar": SPACE,
    # audit
    "see_register": FACTS,
    "list_registered": FACTS,
    "see_history": FACTS,
    "see_state": FACTS,
    "list_changes": FACTS,
    "see_proof": FACTS,
    # operation
    "see_operation": {"operator": anyone},
    # accounts
    "ask_to_join": EVERYBODY,
    "finish_joining": EVERYBODY,
    "sign_up": {"host": own_home_space, **NETWORK},
    "sign_in": EVERYBODY,
    "sign_out": SIGNED_IN,
    "see_me": SIGNED_IN,
    "issue_token": SIGNED_IN,
    "list_tokens": SIGNED_IN,
    "revoke_token": SIGNED_IN,
    "issue_calendar": SIGNED_IN,
    "revoke_calendar": SIGNED_IN,
    "ask_for_place": EVERYBODY,
    "open_account": {
        "host": newcomer_in_own_space,
        "coordinator": no_operator,
        "operator": anyone,
    },
}


def is_public(verb: str) -> bool:
    return PERMISSIONS.get(verb, {}).get("visitor") is anyone


def may(verb: str, caller: Caller) -> bool:
    """Whether somebody may do this to anything at all. Costs nothing."""
    return bool(PERMISSIONS.get(verb, {}).keys() & caller.roles.keys())


def admit(verb: str, caller: Caller) -> None:
    """Turn away those who may not."""
    if not may(verb, caller):
        raise refusal(caller)


async def permit(verb: str, caller: Caller, words: Words, look: Look) -> None:
    """Go on only if one of the caller's roles may do this with these words.

    404 when it depends on a thing that nobody knows.
    """
    row = PERMISSIONS.get(verb, {})
    rules = {row[role] for role in caller.roles.keys() & row.keys()}
    if anyone in rules:
        return
    unknown: Problem | None = None
    for whose in rules:
        try:
            if await whose(caller, words, look):
                return
        except Problem as problem:
            unknown = problem
    raise unknown or refusal(caller)


def refusal(caller: Caller) -> Problem:
    if caller.withheld:
        why = "Your role needs a second factor: set one up on the page of your account."
        return Problem(403, why, "/problems/second-factor-needed")
    if caller.signed_in:
        return Problem(403, "You may not do this.", "/problems/not-allowed")
    return Problem(401, "Sign in, or send a token.", headers=NEEDS_TOKEN)
