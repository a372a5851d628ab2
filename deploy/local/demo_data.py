"""What a fresh installation gets so that it can be used at once: an access token and the people to call."""

import os
import re
import subprocess
from typing import Any

import httpx
import yaml

from deploy.local.language import Problem
from deploy.local.layout import PORT_BASE, PORTS, ROOT, Layout, write
from deploy.local.parts import Part
from deploy.local.processes import KEPT_ENVIRONMENT
from deploy.local.screen import Screen
from deploy.local.services import Surroundings, address, service
from shared.contracts import canary

CONTACTS = ROOT / "deploy" / "local" / "contacts.yaml"
NOT_SO = 2  # how a command ends that cannot be carried out as it was typed
OWN_CANARY = re.compile(r"^http://127\.0\.0\.1:\d+/canary$")
WATCHDOG = f"http://127.0.0.1:{PORT_BASE + PORTS['watchdog'][0]}"  # as the contacts have it


def client_environment(layout: Layout) -> dict[str, str]:
    """Return what the command line client and the demo need to find this installation."""
    return {
        "TASUKI_PUBLIC_URL": address(layout, "intake"),
        "TASUKI_TOKEN_FILE": str(layout.secrets / "token"),
        "TASUKI_SANDBOX_URL": address(layout, "sandbox"),
        "TASUKI_TRACE_VIEWER_URL": address(layout, "zipkin"),
        "TASUKI_DATABASES": str(layout.secrets),
        "TASUKI_KAFKA": os.environ.get("TASUKI_KAFKA")
        or str(layout.choices().get("TASUKI_KAFKA") or f"127.0.0.1:{layout.port('kafka')}"),
    }


def access_token(layout: Layout, services: list[Part], screen: Screen) -> str:
    """Return the token named `local` with all scopes; make it the first time, or when it is no longer valid."""
    file = layout.secrets / "token"
    if file.exists() and _valid(layout, file.read_text()):
        return file.read_text()
    intake = next(part for part in services if part.name == "intake")
    with screen.step("アクセストークンを発行しています", "issuing an access token"):
        token = _issued(intake, "local", "all")
        write(file, token)
    return token


def watchdog_token(layout: Layout, services: list[Part]) -> None:
    """Make the token of the watchdog the first time, for its own team alone; intake needs nothing but its database for it."""
    file = layout.secrets / "watchdog-token"
    if not file.exists():
        intake = next(part for part in services if part.name == "intake")
        write(file, _issued(intake, canary.SOURCE, "submit,act", "--grants", f"responder:{canary.TEAM}"))


def _issued(intake: Part, name: str, scopes: str, *more: str) -> str:
    done = _ended([*intake.argv, "token", "--name", name, "--scopes", scopes, *more], intake.env)
    printed = _printed(done, "intake token")
    token = next((word for word in reversed(printed.split()) if word.startswith("tsk_")), "")
    if not token:
        raise _failed("intake token", "no tsk_… in its output")
    return token


def import_contacts(layout: Layout, token: str, screen: Screen, transport: httpx.BaseTransport | None = None) -> None:
    """Put `contacts.yaml` into an empty directory. In any other only where the watchdog is called is kept right."""
    written = CONTACTS.read_text(encoding="utf-8").replace(WATCHDOG, address(layout, "watchdog"))
    write(layout.run / CONTACTS.name, written)
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with httpx.Client(
            base_url=address(layout, "intake"), headers=headers, timeout=30, trust_env=False, transport=transport
        ) as http:
            known = http.get("/v1/contacts").raise_for_status().json()
            wanted = called_at(known, address(layout, "watchdog")) if known["people"] else yaml.safe_load(written)
            if wanted != known:
                with screen.step("連絡先を登録しています", "importing the contacts"):
                    http.put("/v1/contacts", json=wanted).raise_for_status()
    except httpx.HTTPError as problem:
        answer = problem.response.text if isinstance(problem, httpx.HTTPStatusError) else ""
        raise _failed("contacts import", f"{problem}\n{answer[:800]}") from problem


def called_at(directory: dict[str, Any], watchdog: str) -> dict[str, Any]:
    """A directory (as /v1/contacts has it) with the webhook of the watchdog at its address; nothing else of it is changed."""

    def one(person: dict[str, Any]) -> dict[str, Any]:
        if person["id"] != canary.PERSON:
            return person
        now = person["webhook"] if isinstance(person["webhook"], list) else [person["webhook"]]
        hooks = [OWN_CANARY.sub(f"{watchdog}/canary", hook) for hook in now]
        return {**person, "webhook": hooks if isinstance(person["webhook"], list) else hooks[0]}

    return {**directory, "people": [one(person) for person in directory["people"]]}


def login_link(layout: Layout, person: str, admin: bool) -> str:
    """Return a link that lets a person in once; intake's own settings make it, which only this machine has."""
    if not person:
        raise Problem(
            ("だれのリンクかを指定してください", "say whose link it is to be"),
            ("./tasuki login --person sato.hanako --admin", "./tasuki login --person sato.hanako --admin"),
        )
    intake = service(layout, "intake", Surroundings("", {}, "none", ""))
    more = ["--admin"] if admin else []
    done = _ended([*intake.argv, "login-link", "--person", person, *more], intake.env)
    if done.returncode == NOT_SO:
        raise Problem(
            ("リンクを作れません", "no link can be made"),
            (f"まだ役割のない人は、管理者に役割を付けてもらうか、--admin で管理者にします: ./tasuki login --person {person} --admin",
             f"who has no role yet is given one by an administrator, or is made one: ./tasuki login --person {person} --admin"),
            said=done.stderr.strip().rpartition("error: ")[2],
        )  # fmt: skip
    return _printed(done, "intake login-link").strip()


def _valid(layout: Layout, token: str) -> bool:
    try:
        answer = httpx.get(
            f"{address(layout, 'intake')}/v1/cases?limit=1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=5,
            trust_env=False,
        )
    except httpx.HTTPError:
        return True  # not the moment to throw a token away
    return answer.status_code not in (401, 403)


def _ended(command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return subprocess.run(command, cwd=ROOT, env=kept | env, capture_output=True, text=True, timeout=60)


def _printed(done: subprocess.CompletedProcess[str], what: str) -> str:
    if done.returncode:
        raise _failed(what, done.stderr[-800:])
    return done.stdout


def _failed(what: str, said: str) -> Problem:
    return Problem(
        (f"{what} に失敗しました", f"{what} failed"),
        ("make logs S=intake と make logs S=notifier を読み、もう一度 make up を実行してください (他は動いたままです)",
         "read make logs S=intake and make logs S=notifier, then run make up again (the rest goes on running)"),
        said=said,
    )  # fmt: skip
