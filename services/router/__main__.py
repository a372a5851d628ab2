"""`python -m services.router [api] [worker]`, and `lint [DIR] [--json] [--lang en]` to check a policy before it is used."""

import sys
from argparse import ArgumentParser
from functools import partial
from pathlib import Path

import uvloop

from services.router import api, reading, worker
from services.router.current import Current
from services.router.domain.policies.lint import Known
from services.router.routes import shown as show
from services.router.settings import Settings
from shared.runtime import service
from shared.runtime.clock import Clock
from shared.runtime.settings import read


def main(arguments: list[str]) -> int:
    """Run the service, or check a folder of policy files."""
    if arguments[:1] == ["lint"]:
        return lint(arguments[1:])
    current = Current()
    build = partial(api.build, current), partial(worker.build, current)
    uvloop.run(service.run("router", read(Settings), *build, arguments))
    return 0


def lint(arguments: list[str]) -> int:
    """Print what is to be said about a folder; 1 when it could not be published. Contacts are not looked at."""
    parser = ArgumentParser(prog="python -m services.router lint")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("policy"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lang", choices=("ja", "en"), default="ja")
    wanted = parser.parse_args(arguments)
    try:
        draft = reading.draft(reading.folder(wanted.folder), Known(now=Clock().now()))
        findings, good = draft.findings, True
    except reading.BadPolicy as problem:
        findings, good = problem.findings, False
    if wanted.json:
        told = [show.found(finding, wanted.lang) for finding in findings]
        print(show.Linted(ok=good, contacts_checked=False, findings=told).model_dump_json(indent=2))
        return 0 if good else 1
    for finding in findings:
        print(finding.told(wanted.lang))
    if good:
        policy, rows = draft.policy, len(draft.rows)
        ja = f"公開できます: ルール {len(policy.rules)}、チーム {len(policy.teams)}、人 {len(policy.people)}、確かめた行 {rows}"
        en = (
            f"ok: {len(policy.rules)} rules, {len(policy.teams)} teams, {len(policy.people)} people, {rows} cases tried"
        )
        print(en if wanted.lang == "en" else ja)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
