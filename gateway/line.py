"""One line: a baresip process with a configuration folder of its own, told what to do over its control connection."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

from gateway import configuration, control
from gateway.control import Answer, Heard, Netstrings
from gateway.settings import Settings
from shared.runtime import telemetry

log = telemetry.logger(__name__)
START_SECONDS = 10.0
ANSWER_SECONDS = 3.0
STOP_SECONDS = 1.5  # a call that nobody has answered keeps baresip for half a minute
# it hangs up what it holds when the gateway dies without a word
TIED = ("setpriv", "--pdeathsig", "TERM", "--", "baresip", "-f")


class LineLost(RuntimeError):
    """The process of a line has ended or does not answer; whatever was talked over it is over."""


class Line:
    """Places one call at a time. What is heard stands in `heard`, in order."""

    def __init__(self, number: int, settings: Settings) -> None:
        self.number = number
        self.heard: asyncio.Queue[Heard] = asyncio.Queue()
        self.up = False
        self._registers = bool(settings.gateway_sip_account and settings.gateway_sip_register_seconds)
        self.registered = not self._registers
        self._settings = settings
        self._folder = settings.gateway_data / f"line-{number}"
        self._tokens = count(1)
        self._answers: dict[str, asyncio.Future[Answer]] = {}

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Run the process until the block ends. Raises `LineLost` when it does not start."""
        port = _free_port()
        self._write(port)
        self.registered = not self._registers
        with (self._folder / "baresip.log").open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                *TIED, str(self._folder), stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out
            )
        try:
            reader, self._writer = await self._connect(process, port)
            reading = asyncio.create_task(self._read(reader), name=f"line {self.number}")
            self.up = True
            try:
                await self._ask_registration()
                log.info("line is up", line=self.number, registered=self.registered)
                yield
            finally:
                self.up = False
                reading.cancel()
                self._writer.close()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()

    async def play(self, path: Path) -> None:
        """Say this file from now on; before a call, from its beginning. Raises `LineLost`."""
        await self._command("ausrc", f"aufile,{path}")

    async def dial(self, uri: str) -> None:
        """Begin a call; what becomes of it is heard. Raises `LineLost`."""
        while not self.heard.empty():
            self.heard.get_nowait()
        await self._command("dial", uri)

    async def hang_up(self) -> None:
        """End the call and wait until it is ended. Raises `LineLost`: a line that cannot hang up must not go on."""
        await self._command("hangup", "")
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                while (await self.next()).kind != "closed":
                    pass
        except TimeoutError:
            raise LineLost("the call does not end") from None

    async def next(self) -> Heard:
        """Wait for the next thing heard. Raises `LineLost`."""
        if not self.up and self.heard.empty():
            raise LineLost("the process has ended")
        heard = await self.heard.get()
        if heard.kind == "lost":
            raise LineLost("the process has ended")
        return heard

    async def _ask_registration(self) -> None:
        """Baresip registers as it starts, and may have done so before anybody listened."""
        if self._registers and (told := control.registration(await self._command("reginfo", ""))):
            self._take(told)

    async def _command(self, name: str, text: str) -> str:
        token = f"{self.number}-{next(self._tokens)}"
        answer = self._answers[token] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(control.command(name, text, token))
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._writer.drain()
                answered: Answer = await answer
        except (OSError, TimeoutError) as problem:
            self.up = False
            raise LineLost(f"no answer to {name}") from problem
        finally:
            self._answers.pop(token, None)
        if not answered.ok:
            raise LineLost(f"{name} was refused: {answered.data[:100]}")
        return answered.data

    async def _read(self, reader: asyncio.StreamReader) -> None:
        messages = Netstrings()
        try:
            while data := await reader.read(65536):
                for message in messages.feed(data):
                    self._take(control.read(message))
        except (OSError, control.Garbled) as problem:
            log.warning("control connection broken", line=self.number, problem=str(problem))
        finally:
            self.up = False
            self.heard.put_nowait(Heard("lost"))

    def _take(self, told: Answer | Heard | None) -> None:
        match told:
            case Answer(token=token):
                if (waiting := self._answers.get(token)) and not waiting.done():
                    waiting.set_result(told)
            case Heard(kind="incoming"):
                self._writer.write(control.command("hangup", "", "incoming"))  # nobody is here to talk
            case Heard(kind="registered"):
                self.registered = True
            case Heard(kind="refused", text=text):
                self.registered = False
                log.error("registration refused", line=self.number, said=text)
            case Heard():
                self.heard.put_nowait(told)

    async def _connect(
        self, process: asyncio.subprocess.Process, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            async with asyncio.timeout(START_SECONDS):
                while process.returncode is None:
                    with contextlib.suppress(OSError):
                        return await asyncio.open_connection("127.0.0.1", port)
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pass
        raise LineLost(f"baresip does not start, see {self._folder.name}/baresip.log")

    def _write(self, port: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        texts = {
            "config": configuration.config(self._settings, port, configuration.modules()),
            "accounts": configuration.account(self._settings),
        }
        for name, text in texts.items():
            (self._folder / name).write_text(text)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])
