"""`python -m watchdog try`: one message by every path of alarm, and what came of each."""

from watchdog import words
from watchdog.paths import Paths, Said


async def try_each(paths: Paths) -> int:
    """Send a message that says it is a trial, and print what came of it on each path. 0: every path took it."""
    came = await paths.attempt(Said("trial", *words.trial()))
    for name, why in came.items():
        print(words.outcome(name, why))
    print(words.TAKEN_IS_NOT_SEEN)
    return 1 if any(came.values()) else 0
