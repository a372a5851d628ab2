"""Lets a person play a report through by HTTP: what they do in Slack, and what they say to the bots of LINE WORKS and LINE."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.body import json_object
from sandbox.control import answering, delivered
from sandbox.line_messages import Line
from sandbox.line_works import LineWorks

if TYPE_CHECKING:
    from sandbox.process import Sandbox

SOMEBODY = {"slack": "U0HANAKO", "line_works": "c72af563-0000-4736-11e4-045237110001", "line": "U" + "a" * 32}


class Guided:
    """The routes; each answers with what came back."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
            ("POST", "/sandbox/slack/command", self._command),
            ("POST", "/sandbox/slack/shortcut", self._shortcut),
            ("GET", "/sandbox/slack/forms", self._forms),
            ("POST", "/sandbox/slack/forms/{id}", self._send),
            ("POST", "/sandbox/line_works/say", self._works),
            ("POST", "/sandbox/line/say", self._line),
        ]
        return [Route(path, answering(handler), methods=[method]) for method, path, handler in table]

    async def _command(self, request: Request) -> Response:
        """`text`, and `user` where it is somebody else."""
        asked = await json_object(request)
        user = str(asked.get("user") or SOMEBODY["slack"])
        return delivered(await self._sandbox.forms.command(str(asked.get("text", "")), user))

    async def _shortcut(self, request: Request) -> Response:
        """With a `text` it is the shortcut of a message that says so."""
        asked = await json_object(request)
        forms, user = self._sandbox.forms, str(asked.get("user") or SOMEBODY["slack"])
        return delivered(await (forms.upon(str(asked["text"]), user) if asked.get("text") else forms.shortcut(user)))

    async def _forms(self, request: Request) -> Response:
        return JSONResponse([form.as_json() for form in self._sandbox.forms.opened.values()])

    async def _send(self, request: Request) -> Response:
        """Send a form with its `values`: the name of each block, and what is typed, chosen or ticked there."""
        form = self._sandbox.forms.opened[request.path_params["id"]]
        values = (await json_object(request)).get("values")
        if not isinstance(values, dict):
            raise ValueError("values must be an object")
        return delivered(await self._sandbox.forms.send(form, values))

    async def _works(self, request: Request) -> Response:
        asked = await json_object(request)
        bot = cast(LineWorks, self._sandbox.vendor("line_works"))
        return delivered(await bot.say(str(asked.get("text", "")), str(asked.get("user") or SOMEBODY["line_works"])))

    async def _line(self, request: Request) -> Response:
        asked = await json_object(request)
        account = cast(Line, self._sandbox.vendor("line"))
        return delivered(await account.say(str(asked.get("text", "")), str(asked.get("user") or SOMEBODY["line"])))
