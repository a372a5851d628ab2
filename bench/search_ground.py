"""The knowledge service that is measured: a process of its own on a PostgreSQL and a Kafka of its own, or one that runs."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bench import cpu
from deploy.local import infrastructure as local
from deploy.local.layout import ROOT
from deploy.local.ports import free_block
from deploy.local.provision import provision
from deploy.local.topics import create_topics

FIRST_PORT = 31000
PART = 200 * 1024
PREFIX = "bench-search:"  # of the ids under which records are taken in
PATIENCE = 1800.0
BY = {"id": "bench", "name": "bench"}
Row = dict[str, Any]


@dataclass
class Service:
    """A running knowledge service; `argv` and `env` start it again, where it is ours."""

    http: httpx.Client
    env: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    keys: dict[str, str] = field(default_factory=dict)  # article → record

    def search(self, text: str, limit: int) -> list[str]:
        """Articles that answer, best first; nothing is written down."""
        wanted = {"q": text, "limit": limit, "typing": True}
        answer = self.http.post("/v1/search", json=wanted).raise_for_status().json()
        return [entry["article"]["id"] if entry.get("article") else "" for entry in answer["data"]]

    def suggest(self, text: str) -> None:
        """Ask for proposals."""
        self.http.get("/v1/suggest", params={"q": text}).raise_for_status()

    def key(self, article: str) -> str:
        """The id in the corpus."""
        if article and article not in self.keys:
            found = self.http.get(f"/v1/articles/{article}").raise_for_status().json()
            self.keys[article] = str(found["external_id"] or "").removeprefix(PREFIX)
        return self.keys.get(article, "")

    def take_in(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Take records in as one file, and say how far it is until it is done. Raises SystemExit for a row it refuses."""
        body = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
        wanted = {"format": "json", "publish": True, "by": BY}
        now = self.http.post("/v1/imports", json=wanted).raise_for_status().json()
        path = f"/v1/imports/{now['id']}"
        for number, start in enumerate(range(0, len(body), PART)):
            self.http.put(f"{path}/parts/{number}", content=body[start : start + PART]).raise_for_status()
        now = self.http.post(f"{path}/start", json={}).raise_for_status().json()
        while now["state"] != "done":
            yield now
            now = self.http.get(path).raise_for_status().json()
        if now["bad_rows"]:
            raise SystemExit(f"rows that were refused: {now['bad_rows']}, the first: {now['bad'][0]}")

    def spent(self) -> float:
        """CPU seconds of the service until now; 0 where it is not ours."""
        return cpu.seconds([self.process.pid]) if self.process else 0.0

    def megabytes(self) -> float:
        """What it holds in memory; 0 where it is not ours."""
        return cpu.resident_mb([self.process.pid]) if self.process else 0.0

    def start(self) -> float:
        """Start it; seconds until everything can be found."""
        started = time.monotonic()
        argv = [sys.executable, "-m", "services.knowledge"]
        self.process = subprocess.Popen(argv, cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL)
        while not self._ready():
            if self.process.poll() is not None:
                raise SystemExit("the knowledge service has ended")
            if time.monotonic() - started > PATIENCE:
                raise SystemExit("the knowledge service does not become ready")
            time.sleep(0.05)
        return time.monotonic() - started

    def stop(self) -> None:
        """End it."""
        if self.process:
            self.process.terminate()
            self.process.wait(30)

    def _ready(self) -> bool:
        try:
            return self.http.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def running(url: str, token: str) -> Iterator[Service]:
    """A service that runs already."""
    with _client(url, token) as http:
        yield Service(http)


@contextmanager
def own() -> Iterator[Service]:
    """A service on servers of its own; nothing of it is kept."""
    folder = Path(tempfile.mkdtemp(prefix="tasuki-bench-search-"))
    folder.chmod(0o755)
    servers = local.start(folder, free_block(FIRST_PORT))
    try:
        assert servers.layout is not None
        urls = asyncio.run(provision(servers.postgres, "tasuki_bench_search", servers.layout.secrets))
        asyncio.run(create_topics(servers.kafka))
        port = free_block(FIRST_PORT + 1000)
        env = {
            "PATH": os.environ["PATH"],
            "TASUKI_DATABASE_URL": urls["knowledge"],
            "TASUKI_KAFKA": servers.kafka,
            "TASUKI_INSTANCE": "bench",
            "TASUKI_HTTP_PORT": str(port),
            "TASUKI_SERVICE_TOKEN": "bench",
        }
        with _client(f"http://127.0.0.1:{port}", "bench") as http:
            service = Service(http, env)
            try:
                service.start()
                yield service
            finally:
                service.stop()
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


def row(key: str, title: str, answer: str, phrasings: Sequence[str] = ()) -> Row:
    """A record as a row of a file."""
    return {
        "id": PREFIX + key,
        "question": title.strip()[:200] or key,
        "answer": answer.strip() or title,
        "phrasings": list(phrasings),
    }


def _client(url: str, token: str) -> httpx.Client:
    headers = {"authorization": f"Bearer {token}"}
    return httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60)
