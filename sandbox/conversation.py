"""What happens on the line after somebody picked up: the TwiML is spoken, and pressed keys are reported."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urljoin

from sandbox import twiml
from sandbox.journal import now_iso
from sandbox.outgoing import Outgoing

DOCUMENTS = 100  # a document that redirects for ever is cut off


class Note(Protocol):
    """Adds one line to the call's log."""

    def __call__(self, what: str, value: str, status: int | None = None, error: str = "") -> None: ...


@dataclass
class Conversation:
    """The talk of one call: `said` so far, whether it is `listening` for keys, how many `gathers` are over."""

    outgoing: Outgoing
    rate: float
    params: Callable[[], dict[str, str]]
    note: Note
    changed: Callable[[], None]
    said: list[dict[str, str]] = field(default_factory=list)
    listening: bool = False
    gathers: int = 0
    keys: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def run(self, document: str, url: str, method: str) -> None:
        """Act the document (or the one at `url`) out until it ends; what is wrong with it is noted and spoken."""
        try:
            at = url
            if url:
                document = await self._fetch("document", url, method, {})
            for _ in range(DOCUMENTS):
                following = await self._act(twiml.parse(document), at)
                if following is None:
                    return
                document, at = following
        except twiml.TwimlError as error:
            self.note("error", str(error))
            self._hear("An application error has occurred. Goodbye.", "en-US")

    async def _act(self, verbs: tuple[twiml.Verb, ...], at: str) -> tuple[str, str] | None:
        """Act one document out; the next document and its address, or None when the call is over."""
        for verb in verbs:
            match verb:
                case twiml.Gather():
                    digits = await self._gather(verb)
                    try:
                        if digits or verb.on_empty:
                            url = urljoin(at, verb.action)
                            extra = {"Digits": digits, "msg": "Gather End"}
                            return await self._fetch("digits", url, verb.method, extra), url
                    finally:
                        self.gathers += 1
                        self.changed()
                case twiml.Redirect(target, method):
                    url = urljoin(at, target)
                    return await self._fetch("redirect", url, method, {}), url
                case twiml.Hangup() | twiml.Reject():
                    return None
                case prompt:
                    await self._prompt((prompt,))
        return None

    async def _gather(self, verb: twiml.Gather) -> str:
        """The digits pressed, complete by number, by the finishing key, or by silence."""
        digits = ""
        self.listening = True
        prompt = asyncio.create_task(self._prompt(verb.prompts))
        self.changed()
        try:
            while verb.num_digits is None or len(digits) < verb.num_digits:
                key = await self._key(prompt, verb.timeout)
                if not key or key == verb.finish_on_key:
                    break
                digits += key
        finally:
            self.listening = False
            prompt.cancel()
        return digits

    async def _key(self, prompt: "asyncio.Task[None]", timeout: float) -> str:
        """One key, or nothing after `timeout` seconds of silence; a key pressed into the prompt cuts it short."""
        getter = asyncio.create_task(self.keys.get())
        try:
            await asyncio.wait({getter, prompt}, return_when=asyncio.FIRST_COMPLETED)
            if not getter.done():
                await asyncio.wait({getter}, timeout=timeout)
            return getter.result() if getter.done() else ""
        finally:
            getter.cancel()

    async def _prompt(self, prompts: tuple[twiml.Say | twiml.Pause, ...]) -> None:
        for prompt in prompts:
            match prompt:
                case twiml.Say(text, language, loop):
                    self._hear(text, language)
                    if self.rate:
                        await asyncio.sleep(len(text) * max(loop, 1) / self.rate)
                case twiml.Pause(seconds):
                    if self.rate:
                        await asyncio.sleep(seconds)

    async def _fetch(self, what: str, url: str, method: str, extra: Mapping[str, str]) -> str:
        """The next TwiML document; raises TwimlError when there is none to be had."""
        if not url.startswith(("http://", "https://")):
            raise twiml.TwimlError(f"11100 invalid URL for {what}: {url!r}")
        delivery = await self.outgoing.twilio(what, url, {**self.params(), **extra}, method)
        self.note(what, extra.get("Digits", ""), delivery.status, delivery.error)
        if delivery.ok and not delivery.body.strip():
            return "<Response/>"
        if not delivery.ok:
            raise twiml.TwimlError(f"11200 {what} was answered {delivery.status or delivery.error}")
        return delivery.body

    def _hear(self, text: str, language: str) -> None:
        if len(self.said) < 200:
            self.said.append({"text": text, "language": language, "at": now_iso()})
        self.changed()
