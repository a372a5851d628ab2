"""The trace viewer: Zipkin, keeping traces in memory."""

from pathlib import Path

from deploy.local.layout import Layout
from deploy.local.parts import LOCALE, Part


def prepare(layout: Layout, java: str, jars: list[Path]) -> Part:
    """Return the process; it needs no preparation."""
    port = layout.port("zipkin")
    return Part(
        name="zipkin",
        argv=(
            java,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xmx256m",
            "-jar",
            str(jars[0]),
            f"--armeria.ports[0].port={port}",
            "--armeria.ports[0].ip=127.0.0.1",
            "--armeria.ports[0].protocols[0]=http",
        ),
        env={"LC_ALL": LOCALE, "MEM_MAX_SPANS": "30000", "STORAGE_TYPE": "mem", "SELF_TRACING_ENABLED": "false"},
        ready=f"http://127.0.0.1:{port}/health",
        port=port,
        nice=5,
    )
