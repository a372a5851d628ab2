"""The configuration folder of one line, and the address that a number is dialled by."""

from pathlib import Path

from gateway.settings import Settings

MODULES = ("/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules")
CODECS = "pcmu,pcma"


def modules() -> str:
    """Where the modules of baresip are installed."""
    multiarch = [str(p) for p in Path("/usr/lib").glob("*/baresip/modules")]
    return next((folder for folder in (*MODULES, *multiarch) if Path(folder).is_dir()), MODULES[0])


def config(settings: Settings, control_port: int, module_path: str) -> str:
    """One call at a time, nothing that records, no sound card; `ausrc` changes what is said."""
    media = [f"net_interface {settings.gateway_media_address}"] if settings.gateway_media_address else []
    lines = [
        "poll_method epoll",
        f"sip_listen {settings.gateway_sip_address}:0",
        "call_local_timeout 130",
        "call_max_calls 1",
        "audio_player nil,nil",
        "audio_source nil,nil",
        "audio_alert nil,nil",
        "audio_buffer 20-160",
        *media,
        f"module_path {module_path}",
        "module g711.so",
        "module aufile.so",
        "module_tmp account.so",
        "module_app menu.so",
        "module_app ctrl_tcp.so",
        f"ctrl_tcp_listen 127.0.0.1:{control_port}",
        "statmode_default off",
        "redial_attempts 0",
    ]
    return "\n".join(lines) + "\n"


def account(settings: Settings) -> str:
    """The one line of `accounts`. Raises ValueError for what could be read as something else."""
    s = settings
    told = (s.gateway_sip_account, s.gateway_sip_user, s.gateway_sip_password, s.gateway_sip_proxy)
    if any(c in '<>;"\\' or not c.isprintable() or c.isspace() for text in told for c in text):
        raise ValueError('the SIP account must not hold spaces or any of < > ; " \\')
    if not s.gateway_sip_account:
        return f"<sip:tasuki@{s.gateway_sip_address}>;regint=0;answermode=manual;audio_codecs={CODECS}\n"
    more = {
        "regint": str(s.gateway_sip_register_seconds),
        "auth_user": s.gateway_sip_user,
        "auth_pass": s.gateway_sip_password,
        "outbound": f'"{s.gateway_sip_proxy}"' if s.gateway_sip_proxy else "",
        "answermode": "manual",
        "audio_codecs": CODECS,
    }
    return f"<{s.gateway_sip_account}>;" + ";".join(f"{name}={text}" for name, text in more.items() if text) + "\n"


def dialled(to: str, settings: Settings) -> str | None:
    """The SIP address for a number or an address; None for a number while there is no account to dial it by."""
    if to.startswith("sip:"):
        return to
    _, _, domain = settings.gateway_sip_account.partition("@")
    country = f"+{settings.gateway_national}"
    if settings.gateway_national and to.startswith(country):
        to = f"0{to.removeprefix(country)}"
    return f"sip:{to}@{domain}" if domain else None
