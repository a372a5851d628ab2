"""Runs the sandbox until it is told to stop."""

import asyncio
import signal
import sys

from sandbox.process import Sandbox
from sandbox.settings import Address, Settings, from_environment


async def serve(settings: Settings, address: Address) -> None:
    """Serve until SIGINT or SIGTERM; raises OSError when a port is taken."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Sandbox.run(address.http_port, address.smtp_port, settings, address.host) as sandbox:
        print(f"sandbox: {sandbox.http_url}  mail: {sandbox.smtp_url}  reports to: {settings.public_url}", flush=True)
        await stop.wait()


def main() -> int:
    """Exit code 0 after a signal, 2 when the settings or the ports are wrong."""
    try:
        settings, address = from_environment()
        asyncio.run(serve(settings, address))
    except (OSError, ValueError) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        print(
            "  check TASUKI_SANDBOX_HTTP_PORT and TASUKI_SANDBOX_SMTP_PORT, and the files named by *_FILE",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
