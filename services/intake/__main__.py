"""Starts intake: `python -m services.intake [api] [worker]`, or makes a token: `python -m services.intake token`."""

import argparse
import asyncio
import re
import secrets
import sys
from datetime import datetime
from pathlib import Path

import uvloop

from services.intake import admission, api, worker
from services.intake.domain import tokens
from services.intake.settings import Settings
from shared.runtime import service
from shared.runtime.clock import Clock
from shared.runtime.db import connect
from shared.runtime.migrate import migrate
from shared.runtime.settings import read


async def make_token(settings: Settings, arguments: list[str]) -> str:
    """Make a token and give its text, which is shown this once only."""
    parser = argparse.ArgumentParser("python -m services.intake token")
    parser.add_argument("--name", required=True, help="who uses it; the source of what it submits")
    parser.add_argument("--scopes", default="submit,read", help="read, submit, act, admin (by commas), or all")
    parser.add_argument("--person", default="", help="id:name of the person in whose name it acts")
    parser.add_argument("--until", type=datetime.fromisoformat, help="when it ends (2027-03-31T18:00+09:00)")
    asked = parser.parse_args(arguments)
    if not re.fullmatch(tokens.NAME, asked.name):
        parser.error("--name: letters, digits, dot, dash and underscore, at most 64")
    if asked.until is not None and asked.until.tzinfo is None:
        parser.error("--until: a time zone is needed, for example 2027-03-31T18:00+09:00")
    try:
        scopes = tokens.scopes(asked.scopes)
    except ValueError as problem:
        parser.error(f"--scopes: {problem}")
    id_, _, name = asked.person.partition(":")
    actor = tokens.actor(asked.name, (id_, name) if id_ else None)
    token_id, secret = secrets.token_hex(6), secrets.token_hex(32)
    who = tokens.Principal(asked.name, scopes, actor)
    new = tokens.Token(token_id, who, tokens.digest(secret), Clock().now(), expires_at=asked.until)
    async with connect(settings.database_url, 1) as db:
        await migrate(db, Path(__file__).parent / "migrations")
        async with db.transaction() as tx:
            await admission.add_token(tx, new)
    return tokens.write(token_id, secret)


def main(arguments: list[str]) -> None:
    """Run what the command line asks for."""
    settings = read(Settings)
    if arguments[:1] == ["token"]:
        sys.stdout.write(asyncio.run(make_token(settings, arguments[1:])) + "\n")
        return
    uvloop.run(service.run("intake", settings, api.build, worker.build, arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
