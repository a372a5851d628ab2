"""Real far ends on this machine: a handset (baresip) that is listened through and presses keys, and sipp that refuses."""

import asyncio
import contextlib
import json
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway import control
from gateway.configuration import modules
from tests import ports

NUMBER = "+819000000101"
REFUSING = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="far end">
  <recv request="INVITE" />
  {ringing}
  <send retrans="500"><![CDATA[
SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]T[call_number]
[last_Call-ID:]
CSeq: [cseq] INVITE
Content-Length: 0

]]></send>
  <recv request="ACK" />
</scenario>
"""
REGISTRAR = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="registrar">
  <recv request="REGISTER" />
  <send><![CDATA[
SIP/2.0 401 Unauthorized
[last_Via:]
[last_From:]
[last_To:];tag=[pid]T[call_number]
[last_Call-ID:]
[last_CSeq:]
WWW-Authenticate: Digest realm="tasuki.example", nonce="once-only", algorithm=MD5
Content-Length: 0

]]></send>
  <recv request="REGISTER" />
  <send><![CDATA[
SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]T[call_number]
[last_Call-ID:]
[last_CSeq:]
[last_Contact:];expires=600
Content-Length: 0

]]></send>
</scenario>
"""
RINGING = """<send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=[pid]T[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Length: 0

]]></send>
  <recv request="CANCEL" />
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>"""


async def until(true: Callable[[], Awaitable[Any] | Any], what: str, seconds: float = 15) -> Any:
    """Wait until something is true and give it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                seen = true()
                seen = await seen if asyncio.iscoroutine(seen) else seen
                if seen:
                    return seen
                await asyncio.sleep(0.02)
    raise AssertionError(f"did not come true: {what}")


@contextlib.asynccontextmanager
async def process(*argv: str, log: Path, **more: Any) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is ended with the block; what it prints is appended to a file."""
    with log.open("ab") as out:
        started = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out, **more
        )
    try:
        yield started
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.terminate()
        try:
            async with asyncio.timeout(8):
                await started.wait()
        except TimeoutError:
            started.kill()
            await started.wait()


@dataclass
class Handset:
    """A telephone that picks up at once, writes down all that it hears, and can press keys."""

    folder: Path
    sip: str
    writer: asyncio.StreamWriter
    events: list[dict[str, Any]]
    program: asyncio.subprocess.Process

    def told(self, type_: str) -> list[dict[str, Any]]:
        """The events of one type."""
        return [e for e in self.events if e.get("type") == type_]

    async def established(self, calls: int = 1) -> None:
        """Wait until this many calls were picked up."""
        await until(lambda: len(self.told("CALL_ESTABLISHED")) >= calls, f"{calls} calls picked up")

    async def closed(self, calls: int = 1, seconds: float = 15) -> None:
        """Wait until this many calls have ended."""
        try:
            await until(lambda: len(self.told("CALL_CLOSED")) >= calls, f"{calls} calls ended", seconds)
        except AssertionError as missed:
            heard = [event.get("type") for event in self.events]
            missed.add_note(f"{heard}, exit {self.program.returncode}\n{(self.folder / 'log').read_text()[-3000:]}")
            raise

    def press(self, key: str) -> None:
        """Press a key (RFC 4733)."""
        self.writer.write(control.command("sndcode", key, "press"))

    def hang_up(self) -> None:
        """Put the handset down."""
        self.writer.write(control.command("hangup", "", "hangup"))

    def recordings(self) -> list[Path]:
        """What was heard, one file for each call."""
        return sorted(self.folder.glob("dump-*-dec.wav"))


@contextlib.asynccontextmanager
async def handset(folder: Path, user: str = NUMBER) -> AsyncIterator[Handset]:
    """A handset on a free port."""
    folder.mkdir()
    sip, told = ports.port(socket.SOCK_DGRAM), ports.port()
    config = [
        f"sip_listen 127.0.0.1:{sip}", "net_interface 127.0.0.1", "call_max_calls 4", "audio_player nil,nil",
        f"audio_source aufile,{folder}/silence.wav", "audio_alert nil,nil", f"module_path {modules()}",
        "module g711.so", "module aufile.so", "module sndfile.so", f"snd_path {folder}", "module_tmp account.so",
        "module_app menu.so", "module_app ctrl_tcp.so", f"ctrl_tcp_listen 127.0.0.1:{told}", "statmode_default off",
    ]  # fmt: skip
    (folder / "config").write_text("\n".join(config) + "\n")
    (folder / "accounts").write_text(f"<sip:{user}@127.0.0.1>;regint=0;answermode=auto\n")
    _silence(folder / "silence.wav", seconds=150)
    events: list[dict[str, Any]] = []
    async with process("baresip", "-f", str(folder), log=folder / "log") as program:
        reader, writer = await until(lambda: _connect(told), "the handset is up")
        reading = asyncio.create_task(_read(reader, events))
        try:
            yield Handset(folder, f"sip:{user}@127.0.0.1:{sip}", writer, events, program)
        finally:
            reading.cancel()
            writer.close()


async def _connect(port: int) -> Any:
    with contextlib.suppress(OSError):
        return await asyncio.open_connection("127.0.0.1", port)
    return None


async def _read(reader: asyncio.StreamReader, events: list[dict[str, Any]]) -> None:
    messages = control.Netstrings()
    while data := await reader.read(65536):
        events += [json.loads(message) for message in messages.feed(data)]


def _silence(path: Path, seconds: int) -> None:
    import wave

    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * 8000 * seconds)


@dataclass
class Refuser:
    """A far end that answers every call with one status; `calls` counts different INVITEs."""

    sip: str
    messages: Path

    @property
    def calls(self) -> int:
        """How many different calls it was asked for."""
        text = self.messages.read_text(errors="replace") if self.messages.exists() else ""
        invites = re.findall(r"^INVITE sip:.*?\r?\n\r?\n", text, re.M | re.S)
        return len({found[1] for invite in invites if (found := re.search(r"^Call-ID: (\S+)", invite, re.M))})


@contextlib.asynccontextmanager
async def refuser(folder: Path, status: str, rings: bool = False) -> AsyncIterator[Refuser]:
    """A far end on a free port; with `rings` it lets ring until the caller gives up."""
    async with sipp(folder, REFUSING.format(status=status, ringing=RINGING if rings else "")) as far:
        yield far


@contextlib.asynccontextmanager
async def sipp(folder: Path, story: str) -> AsyncIterator[Refuser]:
    """sipp with a scenario on a free port."""
    folder.mkdir()
    port = ports.port(socket.SOCK_DGRAM)
    scenario, messages = folder / "scenario.xml", folder / "messages.log"
    scenario.write_text(story)
    argv = (
        "sipp", "-sf", str(scenario), "-i", "127.0.0.1", "-p", str(port), "-nostdin", "-trace_msg",
        "-message_file", str(messages), "-trace_err", "-error_file", str(folder / "errors.log"),
    )  # fmt: skip
    async with process(*argv, log=folder / "log", cwd=folder):
        await until(lambda: _bound(port), "sipp is up")
        yield Refuser(f"sip:{NUMBER}@127.0.0.1:{port}", messages)


def _bound(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
