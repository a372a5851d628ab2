"""`python -m deploy.compose.prepare secrets|servers`: makes the secrets of each service, then its role, schema and topics.

Both may be repeated; what is there already is kept.
"""

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from deploy.local.credentials import secret
from deploy.local.layout import Layout, write
from deploy.local.provision import SERVICES, provision
from deploy.local.services import SANDBOX_SECRETS, SECRETS
from deploy.local.topics import create_topics
from sandbox import line_works

KEPT = Path("/data")  # all secrets; mounted nowhere else
PLACES = Path("/secrets")  # a volume for each service, with what it reads and nothing more
KAFKA, POSTGRES = "kafka:9092", "postgres:5432"
ADMIN = "tasuki_admin"
LINE_WORKS_KEY = "line-works-key"


def hand_out(kept: Layout, places: Path) -> None:
    """Make what is missing, and lay into each service's folder the secrets that it reads."""
    for service, secrets in {**SECRETS, "sandbox": SANDBOX_SECRETS}.items():
        _lay(kept, places / service, secrets.values())
    write(places / "notifier" / LINE_WORKS_KEY, line_works.PRIVATE_KEY)
    _lay(kept, places / "postgres", ["postgres-admin"])
    (places / "postgres").chmod(0o755)
    (places / "postgres" / "postgres-admin").chmod(0o444)  # the server of the image is another user, and alone has this


def _lay(kept: Layout, folder: Path, names: Iterable[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        write(folder / name, secret(kept, name))


async def servers(kept: Layout, places: Path, kafka: str = KAFKA, postgres: str = POSTGRES) -> None:
    """Make each service's role and schema, hand out its address, and create the topics."""
    admin = f"postgresql://{ADMIN}:{quote(secret(kept, 'postgres-admin'))}@{postgres}/postgres"
    urls = await provision(admin, folder=kept.secrets)
    for service in SERVICES:
        write(places / service / "database-url", urls[service])
    await create_topics(kafka)


def main(arguments: list[str]) -> int:
    """Carry out one of the two steps."""
    kept = Layout(KEPT)
    match arguments:
        case ["secrets"]:
            hand_out(kept, PLACES)
        case ["servers"]:
            asyncio.run(servers(kept, PLACES))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
