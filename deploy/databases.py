"""Databases, roles and tables, as the addresses of the processes say they should be.

ESSAIM_POSTGRES=postgresql://superuser:password@host/postgres python -m deploy.databases

takes MEMBERS_DB, MEMBERS_AUDIT_DB, ..., REGISTER_DB, REGISTER_AUDIT_DB, GATEWAY_DB from the
environment and makes them true. Doing so again changes nothing but what has changed. Nobody owns
the tables of a service or of the register but a role that cannot sign in; whoever writes there and
the auditor get what kernel/log.sql and audit/register.sql grant them, and no more.
"""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Composable, Identifier, Literal

CLONE = Path(__file__).resolve().parents[1]
SERVICES = ("members", "spaces", "bookings", "mobility", "training")
OUT_OF_SIGHT = CLONE / "kernel" / "out_of_sight.sql"
Addresses = dict[str, str]
"""Variable -> postgresql:// address, as kernel.where reads them."""


def addresses(superuser: str, prefix: str = "essaim") -> Addresses:
    """New ones on the superuser's server, with new passwords. `prefix` keeps sets apart."""
    where = urlsplit(superuser)
    host = where.netloc.rpartition("@")[2]

    def address(database: str, role: str) -> str:
        query = f"?{where.query}" if where.query else ""
        return f"postgresql://{role}:{secrets.token_hex(16)}@{host}/{database}{query}"

    made = {"GATEWAY_DB": address(f"{prefix}_gateway", f"{prefix}_gateway")}
    for service in SERVICES:
        database = f"{prefix}_{service}"
        made[f"{service.upper()}_DB"] = address(database, f"{database}_service")
        made[f"{service.upper()}_AUDIT_DB"] = address(database, f"{database}_audit")
    made["REGISTER_DB"] = address(f"{prefix}_register", f"{prefix}_register_notary")
    made["REGISTER_AUDIT_DB"] = address(f"{prefix}_register", f"{prefix}_register_audit")
    return made


def make(superuser: str, wanted: Addresses) -> None:
    with psycopg.connect(superuser, autocommit=True) as sql:
        sql.execute("SELECT pg_advisory_lock(17)")  # two may prepare the same server at once
        for service in SERVICES:
            files = sorted((CLONE / "services" / service).glob("*.sql"))
            files = [CLONE / "kernel" / "log.sql", OUT_OF_SIGHT, *files]
            _make_kept(sql, superuser, service, files, wanted)
        _make_kept(sql, superuser, "register", [CLONE / "audit" / "register.sql"], wanted)
        _make_gateway(sql, superuser, wanted["GATEWAY_DB"])


def drop(superuser: str, wanted: Addresses) -> None:
    """The databases of a throw-away set, and its roles."""
    with psycopg.connect(superuser, autocommit=True) as sql:
        databases = {_database(address) for address in wanted.values()}
        owners = {f"{name}_owner" for name in databases}
        for name in databases:
            sql.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
        for name in owners | {_role(address) for address in wanted.values()}:
            sql.execute(SQL("DROP ROLE IF EXISTS {}").format(Identifier(name)))


def _make_kept(
    sql: psycopg.Connection, superuser: str, what: str, files: list[Path], wanted: Addresses
) -> None:
    """A database that is for ever: whoever writes to it, and whoever reads it, owns nothing."""
    own, audit = wanted[f"{what.upper()}_DB"], wanted[f"{what.upper()}_AUDIT_DB"]
    owner = f"{_database(own)}_owner"
    _make_role(sql, owner)
    _make_role(sql, _role(own), _password(own))
    _make_role(sql, _role(audit), _password(audit))
    _make_database(sql, _database(own), owner, [_role(own), _role(audit)])
    _make_tables(superuser, _database(own), owner, files, _role(own), _role(audit))


def _make_gateway(sql: psycopg.Connection, superuser: str, own: str) -> None:
    """Its views can be thrown away and filled again: one role may do everything there."""
    owner = _role(own)
    _make_role(sql, owner, _password(own))
    _make_database(sql, _database(own), owner, [owner])
    files = [OUT_OF_SIGHT, *sorted((CLONE / "gateway").glob("*.sql"))]
    _make_tables(superuser, _database(own), owner, files, owner, owner)


def _make_role(sql: psycopg.Connection, name: str, password: str | None = None) -> None:
    role = Identifier(name)
    if not sql.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        sql.execute(SQL("CREATE ROLE {} NOLOGIN").format(role))
        sql.execute(SQL("GRANT {} TO CURRENT_USER").format(role))
    if password:
        login = SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(role, Literal(password))
        sql.execute(login)


def _make_database(sql: psycopg.Connection, name: str, owner: str, guests: Iterable[str]) -> None:
    database = Identifier(name)
    if not sql.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        made = SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0")
        sql.execute(made.format(database, Identifier(owner)))
    sql.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    for guest in guests:
        allowed = SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, Identifier(guest))
        sql.execute(allowed)


def _make_tables(
    superuser: str, database: str, owner: str, files: Iterable[Path], service: str, audit: str
) -> None:
    """The files are SQL with two words to fill in: {service} and {audit}, the roles."""
    with psycopg.connect(superuser, dbname=database) as sql:
        own, guest = Identifier(service), Identifier(audit)
        sql.execute(SQL("SET LOCAL ROLE {}").format(Identifier(owner)))
        sql.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        sql.execute(SQL("GRANT USAGE ON SCHEMA public TO {}, {}").format(own, guest))
        for file in files:
            sql.execute(_filled(file.read_text(), {"service": own, "audit": guest}, sql))


def _filled(text: str, words: dict[str, Composable], sql: psycopg.Connection) -> bytes:
    for word, role in words.items():
        text = text.replace(f"{{{word}}}", role.as_string(sql))
    return text.encode()


def _database(address: str) -> str:
    return urlsplit(address).path.removeprefix("/")


def _role(address: str) -> str:
    return urlsplit(address).username or ""


def _password(address: str) -> str | None:
    return urlsplit(address).password


def variables() -> list[str]:
    """Every address that the processes of the network need."""
    kept = [each.upper() for each in (*SERVICES, "register")]
    return [f"{each}_{kind}" for each in kept for kind in ("DB", "AUDIT_DB")] + ["GATEWAY_DB"]


if __name__ == "__main__":
    make(os.environ["ESSAIM_POSTGRES"], {name: os.environ[name] for name in variables()})
    print("The databases are ready.")
