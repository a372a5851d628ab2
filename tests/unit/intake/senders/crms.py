"""What the tests of CRMs stand on: the vendors' own examples, signed examples, and whatever else may come."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from services.intake.senders.sender import Cleared, Echo, Malformed, Reading, Sender, Taken, Trigger, Unmapped
from shared.contracts.report import Report
from tests.unit.intake.asked import readings

FOLDER = Path(__file__).parent / "payloads"
VECTORS: list[dict[str, Any]] = json.loads((FOLDER / "vectors_of_crms.json").read_text(encoding="utf-8"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def raw(name: str) -> bytes:
    """An example of a vendor, byte for byte."""
    return (FOLDER / name).read_bytes()


def example(name: str) -> Any:
    """The same, read."""
    return json.loads(raw(name))


def body(value: Any) -> bytes:
    """A JSON body."""
    return json.dumps(value).encode()


def places(value: Any, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where something stands in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(place for key, one in inner for place in places(one, (*here, key)))]


@st.composite
def spoilt(draw: st.DrawFn, value: Any) -> Any:
    """A vendor's example with anything in up to three of its places."""
    made = {"": copy.deepcopy(value)}
    for _ in range(draw(st.integers(1, 3))):
        place: tuple[str | int, ...] = ("", *draw(st.sampled_from(places(made[""]))))
        into: Any = made
        for key in place[:-1]:
            into = into[key]
        into[place[-1]] = draw(JSON)
    return made[""]


def read_all(
    sender: Sender, given: bytes, headers: Mapping[str, str] | None = None, options: Mapping[str, str] | None = None
) -> tuple[Reading, ...] | Malformed:
    """All that a request says, after a look at whether the rest of intake can live with it."""
    found = readings(sender, given, headers, options)
    if isinstance(found, Malformed):
        return found
    for one in found:
        assert isinstance(one, Trigger | Taken | Cleared | Unmapped | Echo)
        assert one.delivery_id
        assert not {"\0", "\n", "\ud800"} & set(one.delivery_id)
        assert len(one.delivery_id) <= 200
        if isinstance(one, Trigger):
            assert Report.model_validate_json(one.report.model_dump_json()) == one.report
        if isinstance(one, Trigger | Taken | Cleared):
            assert one.external.model_validate_json(one.external.model_dump_json()) == one.external
            one.by.model_dump_json()
    return found


def said(
    sender: Sender, given: bytes, headers: Mapping[str, str] | None = None, options: Mapping[str, str] | None = None
) -> tuple[Reading, ...]:
    """The same of a body that can be read."""
    found = read_all(sender, given, headers, options)
    assert not isinstance(found, Malformed)
    return found


def opened(found: object) -> Trigger:
    """The reading, which must be a report."""
    assert isinstance(found, Trigger), found
    return found


def cleared(found: object) -> Cleared:
    """The reading, which must be an end."""
    assert isinstance(found, Cleared), found
    return found


def taken(found: object) -> Taken:
    """The reading, which must be a take-over."""
    assert isinstance(found, Taken), found
    return found
