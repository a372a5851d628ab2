"""Makes the database, and for each service a role that owns one schema and can reach no other."""

import secrets
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from deploy.local.layout import here, write

SERVICES = ("intake", "router", "timer", "notifier", "knowledge")
EXTENSIONS = ("pg_trgm",)


async def provision(admin_url: str, database: str = "tasuki", folder: Path | None = None) -> dict[str, str]:
    """Create or complete everything and return service → URL of its own role. Repeating it changes nothing.

    `folder` keeps one password a role (mode 0600), by default that of this checkout; roles belong to the
    whole server, so databases of one server must share it. Raises asyncpg errors when the server refuses.
    """
    passwords = folder or here().secrets
    server = await asyncpg.connect(admin_url)
    try:
        await server.execute("SELECT pg_advisory_lock(7361)")  # two test runs on one server take turns
        for service in SERVICES:
            await _role(server, service, _password(passwords, service))
        if not await server.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
            await server.execute(f"CREATE DATABASE {_name(database)} ENCODING 'UTF8' TEMPLATE template0")
        await server.execute(f"REVOKE ALL ON DATABASE {_name(database)} FROM PUBLIC")
        inside = await asyncpg.connect(_with(admin_url, database=database))
        try:
            await _inside(inside, database)
        finally:
            await inside.close()
    finally:
        await server.close()
    return {
        service: _with(admin_url, database, f"tasuki_{service}", _password(passwords, service)) for service in SERVICES
    }


def server_of(url: str) -> str:
    """Return host:port/database of a URL, without who logs in and how."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"


async def _role(server: asyncpg.Connection, service: str, password: str) -> None:
    role = f"tasuki_{service}"
    known = await server.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    await server.execute(
        f"{'ALTER' if known else 'CREATE'} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE "
        f"PASSWORD '{password.replace(chr(39), chr(39) * 2)}'"
    )
    await server.execute(f"ALTER ROLE {role} SET search_path = {service}, extensions")


async def _inside(inside: asyncpg.Connection, database: str) -> None:
    await inside.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    await inside.execute("CREATE SCHEMA IF NOT EXISTS extensions")
    for extension in EXTENSIONS:
        await inside.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA extensions")
    for service in SERVICES:
        role = f"tasuki_{service}"
        await inside.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {_name(database)} TO {role}")
        await inside.execute(f"GRANT USAGE ON SCHEMA extensions TO {role}")
        await inside.execute(f"GRANT {role} TO CURRENT_USER")  # an administrator need not be a superuser
        await inside.execute(f"CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {role}")


def _password(folder: Path, service: str) -> str:
    path = folder / f"database-{service}"
    if not path.exists():
        write(path, secrets.token_urlsafe(24))
    return path.read_text()


def _name(database: str) -> str:
    return '"' + database.replace('"', '""') + '"'


def _with(url: str, database: str, user: str | None = None, password: str | None = None) -> str:
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2]
    login = f"{quote(user)}:{quote(password or '')}" if user else parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{login}@{where}" if login else where, path=f"/{database}"))
