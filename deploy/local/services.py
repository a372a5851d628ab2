"""The table of the five services and the sandbox: each process with just the settings and secrets it needs."""

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.chosen import OURS, USUAL, WATCHDOG_RHYTHM, free, given, usual
from deploy.local.credentials import secret_file
from deploy.local.layout import ROOT, Layout
from deploy.local.parts import Part
from deploy.local.provision import server_of
from deploy.local.release import SERVICES, release
from sandbox import (
    chatwork,
    discord,
    dynamics365,
    freshdesk,
    hubspot,
    intercom,
    jira,
    kintone,
    line_messages,
    line_works,
    mattermost,
    salesforce,
    servicenow,
)
from sandbox.push_service import VAPID_PRIVATE
from sandbox.webhook import SECRET as WEBHOOK_SECRET

# service → secrets it reads: environment name (with _FILE added) → file in .local/secrets
COMMON = {"TASUKI_SERVICE_TOKEN": "service-token"}
SECRETS: dict[str, dict[str, str]] = {
    "intake": {
        **COMMON,
        "TASUKI_LINK_KEY": "link-key",
        "TASUKI_DATA_KEY": "data-key",
        "TASUKI_ZENDESK_WEBHOOK_SECRET": "zendesk-webhook-secret",
        "TASUKI_ALERTMANAGER_TOKEN": "alertmanager-token",
    },
    "router": COMMON,
    "timer": COMMON,
    "notifier": {
        **COMMON,
        "TASUKI_LINK_KEY": "link-key",
        "TASUKI_SLACK_TOKEN": "slack-token",
        "TASUKI_SLACK_SIGNING_SECRET": "slack-signing-secret",
        "TASUKI_TWILIO_ACCOUNT": "twilio-account",
        "TASUKI_TWILIO_KEY": "twilio-key",
        "TASUKI_TWILIO_SECRET": "twilio-secret",
        "TASUKI_TWILIO_AUTH_TOKEN": "twilio-auth-token",
        "TASUKI_ZENDESK_TOKEN": "zendesk-token",
    },
    "knowledge": COMMON,
}
SANDBOX_SECRETS = {
    name: file
    for service in ("intake", "notifier")
    for name, file in SECRETS[service].items()
    if name.startswith(("TASUKI_SLACK", "TASUKI_TWILIO", "TASUKI_ZENDESK", "TASUKI_ALERTMANAGER"))
}
# service → other services it asks over HTTP
ASKS = {
    "intake": ("router", "timer", "notifier", "knowledge"),
    "router": ("intake", "notifier"),
    "timer": (),
    "notifier": ("intake", "router"),
    "knowledge": ("intake",),
}
# A call waits for intake, router and notifier. A clock has its grace, a search can come a moment later, a trace much later.
STEPS_BACK = {"timer": 5, "knowledge": 10}
ZENDESK_USER = "tasuki@example.com"
TWILIO_FROM = "+815000000000"


@dataclass(frozen=True)
class Surroundings:
    """What the services stand on: broker addresses, URL of each service's own role, where traces go."""

    kafka: str
    databases: dict[str, str]
    traces: str
    traces_url: str
    log_level: str = "info"
    policy: Path = ROOT / "policy"


def address(layout: Layout, name: str) -> str:
    """Return the http:// address of a service, the sandbox or the trace viewer."""
    return f"http://127.0.0.1:{layout.port(name)}"


def service_parts(layout: Layout, around: Surroundings) -> list[Part]:
    """Return the five services and the sandbox, in the order in which they are started."""
    return [_sandbox(layout), *(service(layout, name, around) for name in SECRETS)]


def service(layout: Layout, name: str, around: Surroundings) -> Part:
    """Return one service."""
    fixed = _fixed(layout, name, around)
    return Part(
        name=name,
        argv=(sys.executable, "-m", f"services.{name}"),
        env={**given(*free(name, fixed)), **fixed},
        cwd=str(ROOT),
        ready=f"{address(layout, name)}/readyz",
        port=layout.port(name),
        nice=STEPS_BACK.get(name, 0),
        release=release(SERVICES),
    )


def open_to_choice(layout: Layout) -> set[str]:
    """Return the variables of the shell that decide anything of what is started here."""
    nowhere = Surroundings("", {}, "", "")
    return {*OURS, *(variable for name in SECRETS for variable in free(name, _fixed(layout, name, nowhere)))}


def _fixed(layout: Layout, name: str, around: Surroundings) -> dict[str, str]:
    """What a service is told whatever the shell says of it."""
    database = layout.secrets / f"database-url-{name}"
    return {
        "TASUKI_DATABASE_URL_FILE": str(database),
        "TASUKI_KAFKA": around.kafka,
        "TASUKI_INSTANCE": f"{name}-1",
        "TASUKI_HTTP_HOST": "127.0.0.1",
        "TASUKI_HTTP_PORT": str(layout.port(name)),
        "TASUKI_PUBLIC_URL": address(layout, "intake"),
        "TASUKI_ZONE": "Asia/Tokyo",
        "TASUKI_TRACES": around.traces,
        "TASUKI_TRACES_URL": around.traces_url,
        "TASUKI_LOG_LEVEL": around.log_level,
        "PYTHONUNBUFFERED": "1",
        **{f"TASUKI_{other.upper()}_URL": address(layout, other) for other in ASKS[name]},
        **{f"{variable}_FILE": str(secret_file(layout, file)) for variable, file in SECRETS[name].items()},
        **(_providers(layout) if name == "notifier" else {}),
        **(_mail_in(layout) | _watched(layout, around) if name == "intake" else {}),
        **({"TASUKI_POLICY_DIR": str(around.policy)} if name == "router" else {}),
        "TASUKI_DATABASE_MARK": hashlib.sha256(server_of(around.databases.get(name, "")).encode()).hexdigest()[:16],
    }


def _watched(layout: Layout, around: Surroundings) -> dict[str, str]:
    """What the operations page and the pages of cases lead to."""
    viewer = address(layout, "zipkin")
    own = around.traces_url.startswith(viewer)
    return {
        "TASUKI_WATCHDOG_URL": address(layout, "watchdog"),
        "TASUKI_TRACE_LINK": os.environ.get("TASUKI_TRACE_LINK")
        or (f"{viewer}/zipkin/traces/{{trace_id}}" if own else ""),
    }


def _mail_in(layout: Layout) -> dict[str, str]:
    return {
        "TASUKI_MAIL_IN_DOMAIN": usual("TASUKI_MAIL_IN_DOMAIN"),
        "TASUKI_MAIL_IN_PORT": str(layout.port("intake-smtp")),
        "TASUKI_FORM_MAIL": usual("TASUKI_FORM_MAIL"),
    }


def _providers(layout: Layout) -> dict[str, str]:
    sandbox = address(layout, "sandbox")
    return {
        "TASUKI_SMTP_URL": f"smtp://127.0.0.1:{layout.port('sandbox-smtp')}",
        "TASUKI_MAIL_FROM": "Tasuki 襷 <tasuki@example.com>",
        "TASUKI_SLACK_URL": sandbox,
        "TASUKI_TWILIO_URL": sandbox,
        "TASUKI_TWILIO_FROM": TWILIO_FROM,
        "TASUKI_TWILIO_SMS_FROM": TWILIO_FROM,
        "TASUKI_TWILIO_SMS_REPLIES": "yes",
        "TASUKI_VAPID_PRIVATE_KEY": VAPID_PRIVATE,
        "TASUKI_VAPID_SUBJECT": "mailto:tasuki@example.com",
        "TASUKI_WEBHOOK_SECRETS": WEBHOOK_SECRET,
        "TASUKI_WEBHOOK_ALLOW": USUAL["TASUKI_WEBHOOK_ALLOW"],
        "TASUKI_APPRISE": "json",
        "TASUKI_ZENDESK_URL": sandbox,
        "TASUKI_ZENDESK_USER": ZENDESK_USER,
        "TASUKI_TEAMS": "on",
        "TASUKI_GOOGLE_CHAT": "on",
        "TASUKI_MATTERMOST_URL": sandbox,
        "TASUKI_MATTERMOST_TOKEN": mattermost.TOKEN,
        "TASUKI_DISCORD": "on",
        "TASUKI_DISCORD_PUBLIC_KEY": discord.PUBLIC_KEY,
        **_ticket_systems(sandbox),
        **_japan(sandbox),
    }


def _ticket_systems(sandbox: str) -> dict[str, str]:
    """The systems beside Zendesk that results are written back to; their secrets open nothing but the sandbox."""
    return {
        "TASUKI_SALESFORCE_URL": f"{sandbox}/salesforce",
        "TASUKI_SALESFORCE_CLIENT": salesforce.CLIENT,
        "TASUKI_SALESFORCE_SECRET": salesforce.SECRET,
        "TASUKI_HUBSPOT_URL": f"{sandbox}/hubspot",
        "TASUKI_HUBSPOT_TOKEN": hubspot.TOKEN,
        "TASUKI_JIRA_URL": f"{sandbox}/jira",
        "TASUKI_JIRA_USER": jira.USER,
        "TASUKI_JIRA_TOKEN": jira.TOKEN,
        "TASUKI_SERVICENOW_URL": f"{sandbox}/servicenow",
        "TASUKI_SERVICENOW_USER": servicenow.USER,
        "TASUKI_SERVICENOW_PASSWORD": servicenow.PASSWORD,
        "TASUKI_FRESHDESK_URL": f"{sandbox}/freshdesk",
        "TASUKI_FRESHDESK_KEY": freshdesk.KEY,
        "TASUKI_KINTONE_URL": f"{sandbox}/kintone",
        "TASUKI_KINTONE_TOKEN": kintone.TOKEN,
        "TASUKI_KINTONE_STATUS_FIELD": kintone.STATUS_FIELD,
        "TASUKI_KINTONE_OWNER_FIELD": kintone.OWNER_FIELD,
        "TASUKI_INTERCOM_URL": f"{sandbox}/intercom",
        "TASUKI_INTERCOM_TOKEN": intercom.TOKEN,
        "TASUKI_INTERCOM_ADMIN": intercom.ADMIN,
        "TASUKI_DYNAMICS365_URL": f"{sandbox}/dynamics365",
        "TASUKI_DYNAMICS365_LOGIN": f"{sandbox}/dynamics365/login",
        "TASUKI_DYNAMICS365_TENANT": dynamics365.TENANT,
        "TASUKI_DYNAMICS365_CLIENT": dynamics365.CLIENT,
        "TASUKI_DYNAMICS365_SECRET": dynamics365.SECRET,
    }


def _japan(sandbox: str) -> dict[str, str]:
    """The chats that are used most in Japan; their secrets open nothing but the sandbox."""
    return {
        "TASUKI_LINE_WORKS_CLIENT_ID": line_works.CLIENT_ID,
        "TASUKI_LINE_WORKS_CLIENT_SECRET": line_works.CLIENT_SECRET,
        "TASUKI_LINE_WORKS_SERVICE_ACCOUNT": line_works.SERVICE_ACCOUNT,
        "TASUKI_LINE_WORKS_PRIVATE_KEY": line_works.PRIVATE_KEY,
        "TASUKI_LINE_WORKS_BOT_ID": line_works.BOT_ID,
        "TASUKI_LINE_WORKS_BOT_SECRET": line_works.BOT_SECRET,
        "TASUKI_LINE_WORKS_URL": sandbox,
        "TASUKI_LINE_WORKS_AUTH_URL": sandbox,
        "TASUKI_LINE_TOKEN": line_messages.TOKEN,
        "TASUKI_LINE_CHANNEL_SECRET": line_messages.CHANNEL_SECRET,
        "TASUKI_LINE_URL": sandbox,
        "TASUKI_CHATWORK_TOKEN": chatwork.TOKEN,
        "TASUKI_CHATWORK_WEBHOOK_TOKEN": chatwork.WEBHOOK_TOKEN,
        "TASUKI_CHATWORK_URL": sandbox,
    }


def watchdog_part(layout: Layout) -> Part:
    """Return the watchdog, which barks at the sandbox; it is started last, when there is a token for it."""
    return Part(
        name="watchdog",
        argv=(sys.executable, "-m", "watchdog"),
        env={
            "TASUKI_WATCHDOG_TOKEN_FILE": str(layout.secrets / "watchdog-token"),
            "TASUKI_WATCHDOG_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "TASUKI_WATCHDOG_DATA": str(layout.folder / "watchdog"),
            "TASUKI_WATCHDOG_HTTP_PORT": str(layout.port("watchdog")),
            "TASUKI_WATCHDOG_SERVICES": ",".join(f"{name}={address(layout, name)}" for name in SECRETS),
            "TASUKI_WATCHDOG_SMTP_URL": f"smtp://127.0.0.1:{layout.port('sandbox-smtp')}",
            "TASUKI_WATCHDOG_MAIL_FROM": "watchdog@example.com",
            "TASUKI_WATCHDOG_MAIL_TO": "platform@example.com",
            "TASUKI_PUBLIC_URL": address(layout, "intake"),
            "PYTHONUNBUFFERED": "1",
            **given(*WATCHDOG_RHYTHM),
        },
        cwd=str(ROOT),
        ready=f"{address(layout, 'watchdog')}/readyz",
        port=layout.port("watchdog"),
        release=release(SERVICES),
    )


def _sandbox(layout: Layout) -> Part:
    return Part(
        name="sandbox",
        argv=(sys.executable, "-m", "sandbox"),
        env={
            "TASUKI_SANDBOX_HTTP_PORT": str(layout.port("sandbox")),
            "TASUKI_SANDBOX_SMTP_PORT": str(layout.port("sandbox-smtp")),
            "TASUKI_SANDBOX_SPEECH_RATE": usual("TASUKI_SANDBOX_SPEECH_RATE"),
            **given("TASUKI_SANDBOX_KEEP"),
            "TASUKI_PUBLIC_URL": address(layout, "intake"),
            "TASUKI_ZENDESK_USER": ZENDESK_USER,
            "TASUKI_TWILIO_FROM": TWILIO_FROM,
            "PYTHONUNBUFFERED": "1",
            **{f"{variable}_FILE": str(secret_file(layout, file)) for variable, file in SANDBOX_SECRETS.items()},
        },
        cwd=str(ROOT),
        ready=f"{address(layout, 'sandbox')}/readyz",
        port=layout.port("sandbox"),
        release=release(SERVICES),
    )
