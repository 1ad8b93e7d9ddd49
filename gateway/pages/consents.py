"""What people are asked to agree to, in plain words. Nobody agrees to anything until they say so.

A text that changes is another version (services/members/messages.py), and whoever agreed to the one
before is asked again. Texts of earlier versions stay here, as the log says who agreed to which.
"""

from typing import NamedTuple

from gateway.codes import gettext_noop as _


class Text(NamedTuple):
    """`purpose`: what somebody agrees to, for what, and who gets to know what by it."""

    title: str
    purpose: str


TEXTS = {
    ("training-letters", 1): Text(
        _("Letters about training"),
        _(
            "Essaim may write to me by e-mail when a training session opens for enrolment: what is"
            " taught, where and when. My address is used for these letters and given to nobody."
        ),
    ),
    ("surveys", 1): Text(
        _("Surveys for those who fund the network"),
        _(
            "The coordination may send me a few questions, twice a year at most, for the European"
            " programme and the regions that pay for a part of the network: what I do, and what it"
            " has changed for me. They get figures about groups of five people or more, and never"
            " my answers or my name."
        ),
    ),
}
