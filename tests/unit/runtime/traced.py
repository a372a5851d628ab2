"""Serves requests and prints figures and spans, in a process of its own: the SDK takes one provider in its life."""

import asyncio
import json

import httpx
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased

from shared.runtime import web
from shared.runtime.telemetry import Rationed

LEFT_OUT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
ACCEPTED = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"


async def main() -> None:
    """Ask for /kept as anybody, for /left-out within a trace that is left out, and for the figures in both forms."""
    written, provider = InMemorySpanExporter(), TracerProvider(sampler=ParentBased(Rationed()))
    provider.add_span_processor(SimpleSpanProcessor(written))
    trace.set_tracer_provider(provider)
    app = web.create("sample", {})

    @app.get("/kept")
    @app.get("/left-out")
    async def answer() -> None:
        return None

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sample") as client:
        await client.get("/kept")
        await client.get("/left-out", headers={"traceparent": LEFT_OUT})
        plain = await client.get("/metrics")
        examples = await client.get("/metrics", headers={"accept": ACCEPTED})
    spans = {span.name: f"{span.context.trace_id:032x}" for span in written.get_finished_spans() if span.context}
    kinds = [answer.headers["content-type"] for answer in (plain, examples)]
    print(json.dumps({"spans": spans, "kinds": kinds, "plain": plain.text, "examples": examples.text}))


if __name__ == "__main__":
    asyncio.run(main())
