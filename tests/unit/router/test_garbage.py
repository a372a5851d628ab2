"""Every parser of what strangers send to the router: a result or its own refusal for whatever comes, and soon."""

import pytest

from services.router import reading
from services.router.domain.duty import ical_import
from services.router.domain.times.duration import Duration
from services.router.parsing import parse
from tests.hard import BODIES, LONG, holds, text_of
from tests.unit.router.drafts import files
from tests.unit.router.test_ical import PEOPLE, SINCE, UNTIL, file

pytestmark = pytest.mark.security
EVENT = file("UID:1\nSUMMARY:森\nDTSTART:20260501T000000Z\nDTEND:20260601T000000Z\nRRULE:FREQ=DAILY;COUNT=3").encode()


def test_whatever_stands_in_a_file_of_the_policy_is_read_or_told_of() -> None:
    holds(str(files()["rules.yaml"]).encode(), lambda raw: parse({**files(), "rules.yaml": raw}))
    holds(b"a: [1, {b: c}]\n", lambda raw: parse({text_of(raw[:100]): text_of(raw)}))


@pytest.mark.parametrize("raw", [*BODIES[::3], LONG[3].encode()], ids=lambda raw: ascii(raw[:12]))
def test_whatever_stands_there_is_refused_whole(raw: bytes) -> None:
    with pytest.raises(reading.BadPolicy):
        reading.draft({**files(), "rules.yaml": raw})


def test_whatever_stands_in_a_calendar_is_read_or_remarked_on() -> None:
    holds(EVENT, lambda raw: ical_import.read(text_of(raw), PEOPLE, "Asia/Tokyo", SINCE, UNTIL), count=40, seconds=10)


def test_whatever_is_typed_as_a_duration_is_one_or_none() -> None:
    holds("４h".encode(), lambda raw: Duration.parse(text_of(raw)), ValueError)
