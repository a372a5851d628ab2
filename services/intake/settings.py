"""What the front door must be told."""

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from services.intake import vault
from services.intake.domain import reachable, retention
from services.intake.domain.claims import group_roles
from services.intake.domain.sessions import is_loopback
from shared.contracts.numbers import KINDS, Kind
from shared.runtime.settings import Secret, ServiceSettings

CLOSED = Secret("")


class DataKeys(Secret):
    """Master keys for what is kept sealed, by a comma; the first one seals. Raises ValueError for one that is too short."""

    def __new__(cls, text: str) -> "DataKeys":
        """Check them while the settings are read, so that a start without them is refused."""
        vault.split(text)
        return super().__new__(cls, text)


class Issuer(str):
    """The address of an OpenID provider, exactly as it names itself. Raises ValueError for one that is not https."""

    def __new__(cls, text: str) -> "Issuer":
        """Check it while the settings are read."""
        parts = urlsplit(text)
        if text and not (
            parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(text)))
        ):
            raise ValueError("an https address, as the provider's own configuration names it")
        return super().__new__(cls, text)


class GroupRoles(str):
    """`group=role:team` by a comma. Raises ValueError for what is no role."""

    def __new__(cls, text: str) -> "GroupRoles":
        """Check it while the settings are read."""
        group_roles(text)
        return super().__new__(cls, text)


NO_ISSUER, NO_ROLES = Issuer(""), GroupRoles("")


class Masked(str):
    """The kinds of personal data that are masked on the way in, by a comma. Raises ValueError for an unknown one."""

    kinds: frozenset[Kind]

    def __new__(cls, text: str) -> "Masked":
        """Check them while the settings are read."""
        made = super().__new__(cls, text)
        named = frozenset(filter(None, map(str.strip, text.split(","))))
        if named - set(KINDS):
            raise ValueError(f"kinds are {', '.join(KINDS)}")
        made.kinds = cast(frozenset[Kind], named)
        return made


class Retention(str):
    """How long what is personal is kept: days by name, by a comma. Raises ValueError for anything else."""

    spans: retention.Spans

    def __new__(cls, text: str) -> "Retention":
        made = super().__new__(cls, text)
        made.spans = retention.read(text)
        return made


class FormMail(str):
    """Domains of addresses at which who reports by the form may hear of it, by a comma; `*` for all. Raises ValueError."""

    domains: frozenset[str]

    def __new__(cls, text: str) -> "FormMail":
        """Check them while the settings are read."""
        made = super().__new__(cls, text)
        made.domains = frozenset(filter(None, (part.strip().lower().removeprefix("@") for part in text.split(","))))
        if any(domain != "*" and not reachable.address(f"a@{domain}") for domain in made.domains):
            raise ValueError("domains by a comma, or *")
        return made


class TraceLink(str):
    """An address of the trace viewer with `{trace_id}` in it. Raises ValueError for another one."""

    def __new__(cls, text: str) -> "TraceLink":
        """Check it while the settings are read."""
        if text and (text.count("{trace_id}") != 1 or urlsplit(text).scheme not in ("http", "https")):
            raise ValueError("an http address with {trace_id} in it")
        return super().__new__(cls, text)

    def to(self, trace_id: str) -> str:
        """The address of one trace; "" without a viewer or a trace."""
        return self.replace("{trace_id}", trace_id) if trace_id else ""


NO_LINK, NO_MAIL = TraceLink(""), FormMail("")
EVERY_KIND = Masked(",".join(KINDS))
USUAL = Retention("")


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of intake; a webhook without its secret is closed, and no mail comes in without a domain."""

    router_url: str
    notifier_url: str
    knowledge_url: str
    timer_url: str = ""  # asked for the operations page alone
    watchdog_url: str = ""  # the watchdog, as we reach it and people open it
    trace_link: TraceLink = NO_LINK  # where a trace is seen
    public_url: str
    link_key: Secret
    data_key: DataKeys
    audit_key: Secret = CLOSED
    zendesk_webhook_secret: Secret = CLOSED
    zendesk_ours: str = ""  # the ids of the users under whom we write in Zendesk, by a comma
    alertmanager_token: Secret = CLOSED
    pagerduty_routing_key: Secret = CLOSED
    opsgenie_api_key: Secret = CLOSED
    mail_in_domain: str = ""
    mail_in_host: str = "127.0.0.1"
    mail_in_port: int = 2525
    mail_in_certificate: str = ""
    mail_in_key: str = ""
    form_mail: FormMail = NO_MAIL
    masked: Masked = EVERY_KIND
    retention: Retention = USUAL
    zone: str = "Asia/Tokyo"
    oidc_issuer: Issuer = NO_ISSUER
    oidc_client_id: str = ""
    oidc_client_secret: Secret = CLOSED
    oidc_person_claim: str = "sub"
    oidc_name_claim: str = "name"
    oidc_groups_claim: str = "groups"
    oidc_roles: GroupRoles = NO_ROLES
    oidc_scopes: str = "openid profile email"
    webhook_allow: str = ""  # networks and hosts inside that we may connect to, by a comma
    public_answers: int = 60  # public articles offered a minute, in one process, to who types a report without a login
    attachments_gb: int = 20  # room for the files that are attached to cases, together; GiB
    rate_limit: int = 60_000  # requests a minute of one token in one process; 0 for no limit

    @property
    def room(self) -> int:
        """How many bytes all attached files may have together."""
        return self.attachments_gb * 1024**3
