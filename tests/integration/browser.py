"""A real Chromium without a window, driven over the WebDriver protocol; installed first where that is possible."""

import asyncio
import base64
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from deploy.local.debian import ensure

PACKAGES = ("chromium", "chromium-driver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server",
)  # fmt: skip
CLICKABLE = "a, button, input, label, summary, [onclick], [role=button], [tabindex]"
LEAVING = (
    "addEventListener('submit', (event) => { if (!event.defaultPrevented) window.leaving = true; }, { once: true })"
)
ARRIVED = "return document.readyState === 'complete' && !window.leaving && !document.querySelector('form[data-sent]')"
KEY = "element-6066-11e4-a52e-4f735466cecf"  # under which the protocol names an element


class Gone(Exception):
    """What was to be clicked is no longer on the page, or cannot be."""


class Browser:
    """One window. An element is its reference in the protocol."""

    def __init__(self, http: httpx.AsyncClient, session: str, scripts: bool) -> None:
        self._http, self._session, self.scripts = http, session, scripts

    async def open(self, url: str) -> None:
        await self._ask("POST", "url", url=url)

    async def all(self, css: str = CLICKABLE) -> list[str]:
        """The elements that fit, in the order of the page."""
        found: list[dict[str, str]] = await self._ask("POST", "elements", using="css selector", value=css)
        return [element[KEY] for element in found]

    async def click(self, element: str, leads: bool = True) -> None:
        """Click as a person does, and wait for the page that follows, if it `leads` to one."""
        if leads and self.scripts:
            await self._ask("POST", "execute/sync", script=LEAVING, args=[])
        await self._ask("POST", f"element/{element}/click")
        if leads:
            await self._arrived(element)

    async def press(self, label: str) -> None:
        """Click the button with these words."""
        for button in await self.all("button"):
            if (await self._ask("GET", f"element/{button}/text")).strip() == label:
                return await self.click(button)
        raise Gone(label)

    async def type(self, css: str, text: str) -> None:
        """Put a text into a field, in place of what stands there."""
        field = (await self.all(css))[0]
        await self._ask("POST", f"element/{field}/clear")
        await self._ask("POST", f"element/{field}/value", text=text)

    async def read(self, css: str = "body") -> str:
        """The words of a part of the page, as they are seen; of a field, what stands in it."""
        (part,) = await self.all(css)
        value = await self._ask("GET", f"element/{part}/property/value")
        return str(value if value is not None else await self._ask("GET", f"element/{part}/text"))

    async def found(self, xpath: str) -> list[str]:
        """The elements that fit, in the order of the page."""
        found: list[dict[str, str]] = await self._ask("POST", "elements", using="xpath", value=xpath)
        return [element[KEY] for element in found]

    async def attribute(self, element: str, name: str) -> str:
        """An attribute of an element."""
        return str(await self._ask("GET", f"element/{element}/attribute/{name}"))

    async def address(self) -> str:
        """Where the browser is."""
        return str(await self._ask("GET", "url"))

    async def run(self, script: str) -> None:
        """Run a script in the page, and wait for the page that follows."""
        await self._ask("POST", "execute/sync", script=script, args=[])
        await self._arrived()

    async def value(self, script: str, *arguments: Any) -> Any:
        """What a script returns; a promise is waited for."""
        return await self._ask("POST", "execute/sync", script=script, args=list(arguments))

    async def until(self, script: str, *arguments: Any, seconds: float = 20) -> Any:
        """Look until a script returns something true, and give it."""
        async with asyncio.timeout(seconds):
            while not (found := await self.value(script, *arguments)):
                await asyncio.sleep(0.02)
            return found

    async def keys(self, text: str) -> None:
        """Press keys one after the other, where the focus is."""
        pressed = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        await self._ask("POST", "actions", actions=[{"type": "key", "id": "keys", "actions": pressed}])

    async def resize(self, width: int, height: int) -> None:
        """Have the page be so wide and high, on a phone or a desk."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        await self._ask("POST", "goog/cdp/execute", cmd="Emulation.setDeviceMetricsOverride", params=metrics)

    async def zone(self, name: str) -> None:
        """Have the browser be in a time zone."""
        await self._ask("POST", "goog/cdp/execute", cmd="Emulation.setTimezoneOverride", params={"timezoneId": name})

    async def picture(self, whole: bool = True) -> bytes:
        """The whole page, or what is seen of it, as a PNG."""
        asked = {"format": "png", "captureBeyondViewport": whole}
        shot = await self._ask("POST", "goog/cdp/execute", cmd="Page.captureScreenshot", params=asked)
        return base64.b64decode(shot["data"])

    async def offline(self, away: bool) -> None:
        """Have the network be away, or be back."""
        network = {"offline": away, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        await self._ask("POST", "goog/cdp/execute", cmd="Network.emulateNetworkConditions", params=network)

    async def held(self) -> dict[str, float]:
        """What the page holds when nothing of it is garbage: `heap` (bytes), `nodes`, `listeners`, and how long it was `busy` (s)."""
        for cmd in ("Performance.enable", "HeapProfiler.collectGarbage"):
            await self._ask("POST", "goog/cdp/execute", cmd=cmd, params={})
        told = await self._ask("POST", "goog/cdp/execute", cmd="Performance.getMetrics", params={})
        known = {one["name"]: float(one["value"]) for one in told["metrics"]}
        names = {"heap": "JSHeapUsedSize", "nodes": "Nodes", "listeners": "JSEventListeners", "busy": "TaskDuration"}
        return {ours: known[theirs] for ours, theirs in names.items()}

    async def complaints(self) -> list[str]:
        """What the console of the browser has complained of since it was last asked."""
        told: list[dict[str, str]] = await self._ask("POST", "se/log", type="browser")
        return [one["message"] for one in told if one["level"] in ("SEVERE", "WARNING")]

    async def _arrived(self, clicked: str = "") -> None:
        """A form that was sent leads to another page a moment later, where nothing of this one stands any more."""
        while not await (self._complete() if self.scripts else self._gone(clicked)):
            await asyncio.sleep(0.02)

    async def _complete(self) -> bool:
        return bool(await self._ask("POST", "execute/sync", script=ARRIVED, args=[]))

    async def _gone(self, element: str) -> bool:
        try:
            await self._ask("GET", f"element/{element}/name")
        except Gone:
            return True
        return False

    async def _ask(self, method: str, path: str, **body: Any) -> Any:
        sent = body if method == "POST" else None
        answer = await self._http.request(method, f"/session/{self._session}/{path}", json=sent)
        value = answer.json()["value"]
        if answer.is_error:
            raise Gone(value["error"])
        return value


@asynccontextmanager
async def chromium(folder: Path, scripts: bool = True, language: str = "") -> AsyncIterator[Browser]:
    """A browser with an empty profile in `folder`; with `scripts` off it runs none, as some people have it. `language` is its owner's."""
    ensure(*PACKAGES)
    options: dict[str, Any] = {"args": [*FLAGS, f"--user-data-dir={folder}"], "binary": shutil.which("chromium")}
    prefs = {"intl.accept_languages": language} if language else {}
    options["prefs"] = prefs if scripts else {**prefs, "profile.managed_default_content_settings.javascript": 2}
    driver = await asyncio.create_subprocess_exec("chromedriver", "--port=0", stdout=asyncio.subprocess.PIPE)
    try:
        async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
            http.base_url = httpx.URL(f"http://127.0.0.1:{await _port(driver)}")
            always = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            wanted = {"alwaysMatch": always}
            answer = (await http.post("/session", json={"capabilities": wanted})).json()["value"]
            assert "sessionId" in answer, answer
            try:
                yield Browser(http, answer["sessionId"], scripts)
            finally:
                await http.delete(f"/session/{answer['sessionId']}")
    finally:
        driver.terminate()
        await driver.communicate()


async def _port(driver: asyncio.subprocess.Process) -> str:
    assert driver.stdout is not None
    async for line in driver.stdout:
        if found := re.search(rb"started successfully on port (\d+)", line):
            return found[1].decode()
    raise AssertionError("chromedriver did not start")
