"""The canary: a case of the watchdog's own, which goes the way of every urgent case and is nobody's trouble."""

SOURCE = "watchdog"  # the name of the watchdog's token, which an administrator alone can give
PRODUCT = "tasuki-watchdog-canary"  # by it the policy gives the case to the team of the watchdog
TEAM = "watchdog"  # the only one in which the token of the watchdog may do anything
PERSON = "tasuki.watchdog"  # whom the policy asks in that team; the only contact is the watchdog's webhook


def is_canary(source: str) -> bool:
    """Whether a case of this source is left out of boards, lists, figures and the archive."""
    return source == SOURCE
