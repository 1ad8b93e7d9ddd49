"""What can be in the way of an outside calendar. Its host reads it, in words of codes.py."""


class Trouble(Exception):
    """Named by a code: what else is known of it may be of people."""
