"""What a reporter hears by mail who is in no directory: what their own page shows, since the mail may leave the house."""

from dataclasses import replace

from services.notifier.domain.notification import Wish

UNSHOWN = {"reassessed"}  # the page names no priority
SAID = {"noted", "feedback", "reopened"}  # what was written for the reporter to read
EXPLAINED = {"suppressed"}  # with its reason, and where to look instead


def shown(wish: Wish) -> Wish | None:
    """A notification with nothing in it that the page does not show; None where that leaves nothing to tell."""
    content, what = wish.content, wish.content.what
    if what in UNSHOWN:
        return None
    if what not in EXPLAINED:
        text = content.text if what in SAID else ""
        content = replace(content, text=text, reasons=())
    return replace(wish, content=replace(content, priority="", evaluation="", cause=""))
