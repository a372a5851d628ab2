"""The mail address at which a reporter who is in no directory wants to hear of their case: a person's, and no machine's."""

import re
import unicodedata

from shared.contracts.personal import value_of

LONGEST = 254  # characters, as mail servers take them
_MACHINE = re.compile(
    r"(?:no|do[-_.]?not)[-_.]?reply.*|mailer-daemon|postmaster|hostmaster|root|daemon|nobody"
    r"|(?:bounces?|alerts?|notifications?|monitor(?:ing)?|nagios|zabbix|cron)(?:[-_+.].*)?"
)


def address(text: str) -> str:
    """The address that was given, in small letters; "" for what is none that can be written to."""
    given = unicodedata.normalize("NFKC", text).strip().lower()
    return given if len(given) <= LONGEST and value_of(given) == ("mail", given) else ""


def of_person(text: str) -> str:
    """The same, but "" for an address whose name says that nobody reads there."""
    given = address(text)
    return "" if _MACHINE.fullmatch(given.partition("@")[0]) else given
