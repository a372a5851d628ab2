"""A real browser on the policy: mistakes are shown with their line while somebody types, and one press leads there."""

import json
from pathlib import Path

import httpx
import pytest

from tests.integration.browser import chromium
from tests.integration.intake.desk import Desk
from tests.integration.intake.governing import FILES
from tests.integration.intake.office import behind, office

pytestmark = pytest.mark.timeout(300)  # the first run may have to install the browser
TYPO = "priorty: P1 # 髙﨑①㈱🔥"


def _lints(request: httpx.Request) -> httpx.Response:
    """A router that knows one mistake."""
    if request.url.path != "/v1/policy/lint":
        return behind(request)
    text = json.loads(request.content)["files"]["rules.yaml"]
    wrong = [number for number, line in enumerate(text.split("\n"), 1) if TYPO in line]
    found = {"severity": "error", "file": "rules.yaml", "reason": "綴りが違います", "remedy": "<b>priority</b>"}
    return httpx.Response(200, json={"ok": not wrong, "findings": [{**found, "line": number} for number in wrong]})


async def test_a_mistake_is_shown_with_its_line_while_it_is_typed(desk: Desk, tmp_path: Path) -> None:
    async with office(desk, fill=False) as place, chromium(tmp_path, language="ja") as browser:
        desk.others.answer = _lints
        await place.log_in(browser)
        await browser.open(f"{place.address}/policy/edit")
        number = list(FILES).index("rules.yaml")
        field = f"document.getElementById('file-{number}')"
        lines = FILES["rules.yaml"].split("\n")
        lines.insert(6, TYPO)
        typed = f"arguments[0]; {field}.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        await browser.value(f"{field}.value = {typed}", "\n".join(lines))
        await browser.until(f"return document.getElementById('found-{number}').textContent.includes('綴りが違います')")
        assert "誤り 1 件（rules.yaml）" in await browser.read("#lint")
        assert "<b>priority</b>" in await browser.value(f"return document.getElementById('found-{number}').textContent")
        await browser.value(f"document.querySelector('#found-{number} a').click()")
        assert await browser.value(f"return {field}.value.slice({field}.selectionStart, {field}.selectionEnd)") == TYPO
        await browser.value(f"{field}.value = {typed}", FILES["rules.yaml"])
        await browser.until("return document.getElementById('lint').textContent.includes('誤りはありません')")
        assert await browser.value(f"return document.getElementById('found-{number}').textContent.trim()") == ""
        desk.others.answer = lambda request: httpx.Response(503)
        await browser.value(f"{field}.value = {typed}", "\n".join(lines))
        await browser.until("return document.getElementById('lint').textContent.includes('「確かめる」を押して')")
        assert not [one for one in await browser.complaints() if "503" not in one]
