"""Starts intake: `python -m services.intake [api] [worker]`, or one of: `token`, `login-link`, `republish`."""

import argparse
import asyncio
import re
import secrets
import sys
from datetime import datetime, timedelta
from pathlib import Path

import uvloop

from services.intake import admission, api, auditing, logins, republishing, worker
from services.intake.domain import roles, sessions, tokens
from services.intake.domain.roles import EVERY_TEAM, Grant, written
from services.intake.settings import Settings
from shared.contracts.events import Actor
from shared.runtime import service
from shared.runtime.clock import Clock
from shared.runtime.db import connect
from shared.runtime.migrate import migrate
from shared.runtime.settings import read


async def make_token(settings: Settings, arguments: list[str]) -> str:
    """Make a token and give its text, which is shown this once only, or put it into a file."""
    parser = argparse.ArgumentParser("python -m services.intake token")
    parser.add_argument("--name", required=True, help="who uses it; the source of what it submits")
    parser.add_argument("--scopes", default="submit,read", help="read, submit, act, admin (by commas), or all")
    parser.add_argument("--person", default="", help="id:name of the person in whose name it acts")
    parser.add_argument("--grants", help="role:team (by commas), for example responder:sre; without it every team")
    parser.add_argument("--until", type=datetime.fromisoformat, help="when it ends (2027-03-31T18:00+09:00)")
    parser.add_argument(
        "--file", type=Path, help="write it there instead of showing it; nothing is done when it is there"
    )
    asked = parser.parse_args(arguments)
    if asked.file and asked.file.exists():
        return f"{asked.file}: there is one already"
    if not re.fullmatch(tokens.NAME, asked.name):
        parser.error("--name: letters, digits, dot, dash and underscore, at most 64")
    if asked.until is not None and asked.until.tzinfo is None:
        parser.error("--until: a time zone is needed, for example 2027-03-31T18:00+09:00")
    try:
        scopes = tokens.scopes(asked.scopes)
        given = None if asked.grants is None else roles.given(asked.grants)
    except ValueError as problem:
        parser.error(str(problem))
    if given is not None and not given:
        parser.error("--grants: none is named; leave it out for a token of every team")
    id_, _, name = asked.person.partition(":")
    actor = tokens.actor(asked.name, (id_, name) if id_ else None)
    token_id, secret = secrets.token_hex(6), secrets.token_hex(32)
    who = tokens.Principal(asked.name, scopes, actor, given)
    new = tokens.Token(token_id, who, tokens.digest(secret), Clock().now(), expires_at=asked.until)
    async with connect(settings.database_url, 1) as db:
        await migrate(db, Path(__file__).parent / "migrations")
        async with db.transaction() as tx:
            await admission.add_token(tx, new)
    text = tokens.write(token_id, secret)
    if asked.file is None:
        return text
    part = asked.file.with_suffix(
        ".part"
    )  # after a crash here there is a token that nobody has, and the next run makes one
    part.touch(0o600)
    part.write_text(text, "utf-8")
    part.replace(asked.file)
    return f"{asked.file}: written"


async def make_login_link(settings: Settings, arguments: list[str]) -> str:
    """Make a link that lets a person in once, within five minutes; whoever can run this has the server already."""
    parser = argparse.ArgumentParser("python -m services.intake login-link")
    parser.add_argument("--person", required=True, help="id of the person, or id:name")
    parser.add_argument("--admin", action="store_true", help="give the role admin in every team besides, for good")
    asked = parser.parse_args(arguments)
    id_, _, name = asked.person.partition(":")
    if not sessions.PERSON.fullmatch(id_):
        parser.error("--person: letters, digits and . _ @ -, at most 90, for example sato or sato:佐藤")
    now, by = Clock().now(), Actor(kind="source", id="terminal", name="terminal")
    async with connect(settings.database_url, 1) as db:
        await migrate(db, Path(__file__).parent / "migrations")
        async with db.transaction() as tx:
            await admission.lock(tx)
            known = (await admission.grants(tx, id_)).get(id_, frozenset())
            if asked.admin:
                known |= {Grant("admin", EVERY_TEAM)}
                await admission.grant(tx, id_, known, by.id, now)
                auditing.add(tx, auditing.entry("grants.set", by, f"person:{id_}", now, by.id, grants=written(known)))
            if not known:
                parser.error(f"{id_} has no role in any team yet; --admin makes an administrator of them")
            secret = await logins.add_link(tx, id_, name, now)
            auditing.add(tx, auditing.entry("login.link-made", by, f"person:{id_}", now, by.id))
    return f"{settings.public_url.rstrip('/')}/login/once/{secret}"


async def say_again(settings: Settings, arguments: list[str]) -> str:
    """Have the newest part of the log published anew."""
    hours = republishing.PARSER.parse_args(arguments).hours
    async with connect(settings.database_url, 2) as db:
        return f"{await republishing.republish(db, Clock(), timedelta(hours=hours))} events"


MAKES = {"token": make_token, "login-link": make_login_link, "republish": say_again}


def main(arguments: list[str]) -> None:
    """Run what the command line asks for."""
    settings = read(Settings)
    if arguments and (make := MAKES.get(arguments[0])):
        sys.stdout.write(asyncio.run(make(settings, arguments[1:])) + "\n")
        return
    uvloop.run(service.run("intake", settings, api.build, worker.build, arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
