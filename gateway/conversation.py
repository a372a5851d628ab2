"""One call from dialling to its end: say the prompt, hear a key, ask what to say next, say it."""

import asyncio

from gateway import outcomes
from gateway.control import Heard
from gateway.journal import Call, Journal
from gateway.line import Line, LineLost
from gateway.outcomes import End
from gateway.reports import Reports
from gateway.speech import Sound, Speechless, Voice
from shared.contracts.call import CallReply
from shared.runtime import clock, telemetry

log = telemetry.logger(__name__)
REPLY_SECONDS = 8.0  # somebody holds a telephone to the ear and waits
SPARE_SECONDS = 30.0  # of silence at the end of a file, so that it never ends first: then baresip hangs up
ANSWERS = ("1", "2")
LATE = {
    "ja": "お返事を受け取りました。記録できるまで続けますので、電話をお切りください。",
    "en": "Your answer was received and will be recorded as soon as possible. You may hang up now.",
}


class Conversation:
    """One call on one line."""

    def __init__(self, line: Line, call: Call, uri: str, voice: Voice, reports: Reports, journal: Journal) -> None:
        self._line = line
        self._call = call
        self._order = call.order
        self._uri = uri
        self._voice = voice
        self._reports = reports
        self._journal = journal
        self._sounds: list[Sound] = []
        self._withdrawn = False

    async def hold(self) -> None:
        """Bring the call to its end, whatever happens; raises `LineLost` after reporting it when the line is gone."""
        end = outcomes.INTERRUPTED
        try:
            end = await self._held()
        except Speechless as problem:
            log.error("nothing can be said", call_id=self._call.id, problem=str(problem))
            end = outcomes.NO_VOICE
        except LineLost:
            end = outcomes.LINE_LOST if self._call.state != "answered" else outcomes.INTERRUPTED
            raise
        finally:
            self._reports.say(self._call, "ended", code=end.code, outcome=end.outcome)
            for sound in self._sounds:
                sound.path.unlink(missing_ok=True)

    def withdraw(self) -> None:
        """Have it end now."""
        self._withdrawn = True
        self._line.heard.put_nowait(Heard("withdrawn"))

    async def _held(self) -> End:
        order = self._order
        prompt = await self._say(order.speech, order.language, order.repeats)
        self._silence = await self._say("", "ja", 0)
        await self._line.play(self._silence.path)  # nothing is said before somebody listens
        if self._withdrawn:
            return outcomes.CANCELED
        self._journal.dialled(self._call)
        await self._line.dial(self._uri)
        return await self._ring() or await self._talk(prompt)

    async def _ring(self) -> End | None:
        """Wait until somebody answers (None), or for the end."""
        until = clock.monotonic() + self._order.ring_seconds
        while True:
            heard = await self._next(until)
            match heard.kind:
                case "answered":
                    self._reports.say(self._call, "answered")
                    return None
                case "ringing" if self._call.state == "dialling":
                    self._reports.say(self._call, "ringing")
                case "closed":
                    return outcomes.unanswered(heard.text)
                case "withdrawn" | "silence":
                    await self._line.hang_up()
                    return outcomes.CANCELED if heard.kind == "withdrawn" else outcomes.NO_ANSWER_HERE

    async def _talk(self, prompt: Sound) -> End:
        longest = clock.monotonic() + self._order.longest_seconds
        until, last, open_ = await self._play(prompt), False, True  # a key counts also while it says goodbye to silence
        while True:
            heard = await self._next(min(until, longest))
            if heard.kind == "closed":
                return outcomes.COMPLETED if last else outcomes.HUNG_UP
            if heard.kind == "withdrawn" or (heard.kind == "silence" and (last or longest <= until)):
                await self._line.hang_up()
                over = outcomes.COMPLETED if last else outcomes.LONGEST
                return outcomes.CANCELED if heard.kind == "withdrawn" else over
            if (heard.kind == "silence" and not last) or (heard.kind == "key" and open_):
                reply = await self._ask(heard.text)
                last = reply.then == "hang-up"
                open_ = not (last and heard.text)
                if last and not reply.speech:
                    await self._line.hang_up()
                    return outcomes.COMPLETED
                times = 0 if last else self._order.repeats
                until = await self._play(await self._say(reply.speech, reply.language, times))

    async def _ask(self, key: str) -> CallReply:
        """Report a key and wait for what is to be said; the prompt stops at once, so that the key is felt to be taken."""
        told = self._reports.say(self._call, "key", key=key)
        if key:
            await self._line.play(self._silence.path)
        try:
            async with asyncio.timeout(REPLY_SECONDS):
                reply = await asyncio.shield(told)
        except TimeoutError:
            reply = None
        return reply or self._unanswered(key)

    def _unanswered(self, key: str) -> CallReply:
        """What is said where nobody took note of a key in time: an answer will be, and any other key says it again."""
        order = self._order
        if key in ANSWERS:
            return CallReply(speech=LATE[order.language], language=order.language)
        return CallReply(speech=order.speech, language=order.language, then="ask") if key else CallReply()

    async def _say(self, text: str, language: str, times: int) -> Sound:
        still = self._order.ring_seconds + self._order.longest_seconds + SPARE_SECONDS
        sound = await self._voice.say(text, "en" if language == "en" else "ja", times, still)
        self._sounds.append(sound)
        return sound

    async def _play(self, sound: Sound) -> float:
        """Say it; returns the moment when everything in it is said."""
        await self._line.play(sound.path)
        return clock.monotonic() + sound.seconds

    async def _next(self, until: float) -> Heard:
        """What is heard next, or silence at that moment."""
        try:
            async with asyncio.timeout(max(until - clock.monotonic(), 0)):
                return await self._line.next()
        except TimeoutError:
            return Heard("silence")
