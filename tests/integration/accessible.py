"""axe-core looks at a page that a real browser shows: what it finds against WCAG 2.2 A and AA, and what is too small to be touched."""

import base64
import hashlib
import io
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deploy.local import artifacts
from tests.integration.browser import Browser

# The one locked version: what the registry gives is taken only when it is exactly this.
VERSION = "4.14.1"
INTEGRITY = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """
return axe.run(document, { runOnly: { type: "tag", values: arguments[0] } }).then((found) =>
  found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`));
"""
STATUS = "return performance.getEntriesByType('navigation')[0].responseStatus"
# A link within a sentence is as high as its line, and one that lies over its whole row as high as that; everything else that is pressed is 44 pixels high, or its label is.
SMALL = """
const high = (element) => Math.max(element.getBoundingClientRect().height, element.closest("label")?.getBoundingClientRect().height ?? 0);
const inside = (element) => element.tagName === "A" && (getComputedStyle(element).display === "inline" || element.matches(".over"));
const shown = (element) => element.checkVisibility() && element.getBoundingClientRect().right > 0 && element.type !== "hidden";
return [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((element) => shown(element) && !inside(element) && high(element) < 43.5)
  .map((element) => `${element.tagName} ${element.className} ${element.textContent.trim().slice(0, 30)} ${high(element)}`);
"""


@cache
def script() -> str:
    """The text of axe-core, fetched once with npm and kept."""
    kept = artifacts.cache() / f"axe-core-{VERSION}.tgz"
    if not kept.is_file() or not _is_right(kept.read_bytes()):
        npm = shutil.which("npm")
        assert npm, "npm is needed to fetch axe-core"
        with TemporaryDirectory() as folder:
            command = [npm, "pack", f"axe-core@{VERSION}", "--pack-destination", folder, "--silent"]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            (fetched,) = Path(folder).glob("*.tgz")
            assert _is_right(fetched.read_bytes()), "this is not the locked axe-core"
            shutil.copy(fetched, kept)
    with tarfile.open(fileobj=io.BytesIO(kept.read_bytes())) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


async def wrong(browser: Browser, answer: int = 200) -> list[str]:
    """What is wrong with the page that is open, which was to be answered with this status; empty when nothing is.

    The console complains of any other status than 2xx: that of the page itself is the only one that it may.
    """
    status = await browser.value(STATUS)
    found = [f"answered with {status}"] if status != answer else []
    found += [one for one in await browser.complaints() if answer == 200 or f"status of {answer}" not in one]
    return [*found, *await _unfit(browser)]


async def _unfit(browser: Browser) -> list[str]:
    await browser.value(f"{script()}; window.axe = axe;")
    found: list[Any] = [*await browser.value(RUN, list(RULES)), *await browser.value(SMALL)]
    wide = await browser.value("return document.documentElement.scrollWidth - innerWidth")
    return [*map(str, found), *([f"{wide} pixels too wide"] if wide > 0 else [])]


def _is_right(archive: bytes) -> bool:
    return base64.b64encode(hashlib.sha512(archive).digest()).decode() == INTEGRITY
