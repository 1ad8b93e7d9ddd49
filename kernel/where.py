"""Where things are: one variable per server, and nothing else to configure."""

import os
from importlib import import_module
from typing import Any


def broker() -> str:
    return os.environ["BROKER"]


def database(name: str) -> str:
    """The database of a service, or of the gateway: BOOKINGS_DB, GATEWAY_DB."""
    return os.environ[f"{name.upper()}_DB"]


def audited(name: str) -> str:
    """The same database, for somebody who may only read its log: BOOKINGS_AUDIT_DB."""
    return os.environ[f"{name.upper()}_AUDIT_DB"]


def named(path: str) -> Any:
    """services.bookings.service:Bookings"""
    module, name = path.split(":")
    return getattr(import_module(module), name)
