"""Nothing secret leaves by what is written down about the work: lines of libraries, traces, and errors that run away."""

import asyncio
import json
import subprocess
import sys

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from shared.runtime import telemetry, web
from shared.runtime.telemetry import masked
from tests import ports

pytestmark = pytest.mark.security
SECRETS = (
    "090-1234-5678", "taro@example.co.jp", "tsk_ab12_Secret99", "whsec_c2VjcmV0c2VjcmV0", "xoxb-1-secretsecret",
    "postgresql://tasuki_timer:Secret99@127.0.0.1:8730/tasuki", "smtp://user:Secret%4099@mail.example.com",
)  # fmt: skip
PARTS = ("1234", "taro", "Secret99", "c2VjcmV0", "secretsecret", "4099")
PROGRAM = """
import logging, sys
from shared.runtime import telemetry
from shared.runtime.settings import Secret, ServiceSettings
telemetry.setup("sample", ServiceSettings(database_url=Secret(""), kafka="", http_port=0, service_token=Secret("")))
text = sys.argv[1].encode().decode("unicode-escape")
telemetry.logger("ours").warning("said", by=text, among=[text], inside={"name": text})
logging.getLogger("library").warning("it came: %s", text)
try:
    raise RuntimeError(text)
except RuntimeError:
    logging.getLogger("library").exception("it failed")
"""


def lines(text: str) -> list[dict[str, str]]:
    """What a process of its own writes down of a text, by our own logger and by a library."""
    told = text.encode("unicode-escape").decode()
    done = subprocess.run([sys.executable, "-c", PROGRAM, told], capture_output=True, check=True, timeout=60)
    assert done.stderr == b""
    assert not set(done.stdout.decode()) & set("\x1b\x85\x9b\u2028\u202e\u2066")
    return [json.loads(line) for line in done.stdout.decode().split("\n") if line]


def test_a_line_is_one_line_of_json_without_secrets_whoever_writes_it() -> None:
    text = " ".join(SECRETS)
    written = lines(text)
    assert [line["module"] for line in written] == ["ours", "library", "library"]
    assert all({"ts", "level", "event"} <= set(line) for line in written)
    assert not [part for part in PARTS if part in json.dumps(written)]


def test_what_somebody_calls_themselves_forges_no_line_and_moves_no_cursor() -> None:
    name = '髙﨑\n{"level":"info","event":"said"}\r\x1b[2K\x9b2K\u2028\u202e\u2066\ud800\x00'
    written = lines(name)
    assert len(written) == 3
    assert written[0]["by"] == name
    assert written[1]["event"].startswith("it came: 髙﨑\n")


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_unreadable_in_a_text(secret: str) -> None:
    told = masked(f"電話は{secret} です")
    assert not [part for part in PARTS if part in told]


def test_a_trace_tells_of_a_failure_and_not_what_was_in_it() -> None:
    written = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(written))
    tracer = provider.get_tracer("tests")
    with pytest.raises(RuntimeError), telemetry._opened("work", "", SpanKind.INTERNAL, {}, tracer):
        raise RuntimeError(" ".join(SECRETS))
    with telemetry._opened("call", "", SpanKind.CLIENT, {}, tracer) as opened:
        telemetry.failed(opened, " ".join(SECRETS))
    told = [span.to_json() for span in written.get_finished_spans()]
    assert len(told) == 2
    assert all('"ERROR"' in span for span in told)
    assert "RuntimeError" in told[0]
    assert not [part for part in PARTS if part in "".join(told)]


async def test_the_server_writes_down_no_error_by_itself(capfd: pytest.CaptureFixture[str]) -> None:
    app, port = web.create("sample", {}), ports.port()

    @app.get("/fails")
    async def fails() -> None:
        raise RuntimeError(" ".join(SECRETS))

    serving = asyncio.create_task(web.serve(app, "127.0.0.1", port))
    transport = httpx.AsyncHTTPTransport(retries=8)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{port}") as client:
        answer = await client.get("/fails")
    serving.cancel()
    await asyncio.wait([serving])
    assert answer.status_code == 503
    told = capfd.readouterr()
    assert not [part for part in PARTS if part in answer.text + told.err]
