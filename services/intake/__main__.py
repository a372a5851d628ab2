"""Starts intake: `python -m services.intake [api] [worker]`, or makes a token: `python -m services.intake token`."""

import argparse
import asyncio
import re
import secrets
import sys
from pathlib import Path

import uvloop

from services.intake import api, store, worker
from services.intake.domain import tokens
from services.intake.settings import Settings
from shared.contracts.events import Actor
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
    asked = parser.parse_args(arguments)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", asked.name):
        parser.error("--name: letters, digits, dot, dash and underscore, at most 64")
    try:
        scopes = tokens.scopes(asked.scopes)
    except ValueError as problem:
        parser.error(f"--scopes: {problem}")
    id_, _, name = asked.person.partition(":")
    actor = (
        Actor(kind="person", id=id_, name=name or id_) if id_ else Actor(kind="source", id=asked.name, name=asked.name)
    )
    token_id, secret = secrets.token_hex(6), secrets.token_hex(32)
    async with connect(settings.database_url, 1) as db:
        await migrate(db, Path(__file__).parent / "migrations")
        async with db.transaction() as tx:
            who = tokens.Principal(asked.name, scopes, actor)
            await store.add_token(tx, token_id, tokens.digest(secret), who, Clock().now())
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
