"""What differs between two policies, in words: by id and by name, never by position in a list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from services.router.domain.policies.labels import FIELDS, ROLES, VALUES, listed, said
from services.router.domain.policies.policy import Policy
from services.router.domain.trial.table import Row
from shared.contracts.plan import Reason

Kind = Literal["added", "removed", "changed", "moved"]
Part = dict[str, Any]
_SINGLE = ("default_team", "catch_all", "owner", "review_every", "calendar", "digest")
_SECTIONS = ("priorities", "rules", "people", "teams", "schedules", "calendars", "cases")
_IN_ORDER = ("rules", "teams")  # where the first of several wins


@dataclass(frozen=True)
class Change:
    """One difference: in which section, of what (its id), and what became of it."""

    section: str
    id: str
    kind: Kind
    reason: Reason


def changes(old: Policy, new: Policy, old_rows: Sequence[Row] = (), new_rows: Sequence[Row] = ()) -> tuple[Change, ...]:
    """All differences, in the order of the sections. The same policy written in another way has none."""
    before, after = _sections(old, old_rows), _sections(new, new_rows)
    return tuple(change for name in before for change in _section(name, before[name], after[name]))


def _sections(policy: Policy, rows: Sequence[Row]) -> dict[str, dict[str, Part]]:
    """Section → id → its data."""
    data = policy.model_dump(mode="json", exclude_defaults=True)
    matrix = {
        f"{urgency}×{impact}": {"": priority.value}
        for urgency, row in policy.matrix.items()
        for impact, priority in row.items()
    }
    found: dict[str, dict[str, Part]] = {"matrix": matrix}
    for name in _SECTIONS[:-1]:
        part = data.get(name, {})
        found[name] = part if isinstance(part, dict) else {item["id"]: item for item in part}
    found["cases"] = {row.says: row.model_dump(mode="json", exclude_defaults=True) for row in rows}
    whole = policy.model_dump(mode="json")
    found["policy"] = {"": {name: whole[name] for name in _SINGLE}}
    return found


def _section(name: str, before: Mapping[str, Part], after: Mapping[str, Part]) -> Iterator[Change]:
    for id_ in before:
        if id_ not in after:
            what = _called(name, id_, before[id_])
            yield Change(name, id_, "removed", Reason(ja=f"{what.ja} を削除", en=f"{what.en} removed"))
    for id_, part in after.items():
        what = _called(name, id_, part)
        if id_ not in before:
            yield Change(name, id_, "added", Reason(ja=f"{what.ja} を追加", en=f"{what.en} added"))
        else:
            for label, value in _leaves(before[id_], part):
                ja, en = (what.ja, label.ja), (what.en, label.en)
                joined = Reason(ja=" の".join(filter(None, ja)), en=", ".join(filter(None, en)))
                yield Change(name, id_, "changed", Reason(ja=f"{joined.ja}: {value.ja}", en=f"{joined.en}: {value.en}"))
    if name in _IN_ORDER:
        for id_ in _moved([i for i in before if i in after], [i for i in after if i in before]):
            what = _called(name, id_, after[id_])
            yield Change(name, id_, "moved", Reason(ja=f"{what.ja} の順番を変更", en=f"{what.en} moved"))


def _moved(before: list[str], after: list[str]) -> list[str]:
    """The fewest ids whose moving makes one order of the other."""
    kept = {
        id_
        for m in SequenceMatcher(None, before, after, False).get_matching_blocks()
        for id_ in after[m.b : m.b + m.size]
    }
    return [id_ for id_ in after if id_ not in kept]


def _called(section: str, id_: str, part: Part) -> Reason:
    """What is spoken of, as in `ルール refund-to-manager`."""
    if section == "policy":
        return Reason(ja="", en="")
    if section == "matrix":
        words = [VALUES[word] for word in id_.split("×")]
        return Reason(ja=f"表 {words[0].ja} × {words[1].ja}", en=f"matrix {words[0].en} × {words[1].en}")
    if section == "priorities":
        return Reason(ja=id_, en=id_)
    if section == "cases":
        return Reason(ja=f"一覧「{id_}」", en=f"case “{part.get('says_en') or id_}”")
    one = {"rules": "rule", "people": "person", "teams": "team", "schedules": "schedule", "calendars": "calendar"}
    label = FIELDS[one[section]]
    return Reason(ja=f"{label.ja} {id_}", en=f"{label.en} {id_}")


def _leaves(before: Any, after: Any, field: str = "") -> Iterator[tuple[Reason, Reason]]:
    """(label of what changed, how) of everything that differs below."""
    if before == after:
        return
    if _is_part(before) and _is_part(after):
        for key in dict.fromkeys([*_keys(before), *_keys(after)]):
            label = _label(key, field)
            for deeper, value in _leaves(_get(before, key), _get(after, key), key if isinstance(key, str) else field):
                yield Reason(ja=_joined(label.ja, deeper.ja, "・"), en=_joined(label.en, deeper.en, ", ")), value
        return
    yield Reason(ja="", en=""), _became(before, after, field)


def _joined(label: str, deeper: str, between: str) -> str:
    """A number belongs to the word before it."""
    return f"{label}{' ' if deeper[:1].isdigit() else between}{deeper}" if deeper else label


def _became(before: Any, after: Any, field: str) -> Reason:
    if isinstance(before, list) and isinstance(after, list) and len(before) + len(after) > 4:
        less, more = [x for x in before if x not in after], [x for x in after if x not in before]
        if less or more:
            gone, come = _value(less, field), _value(more, field)
            ja = [f"{come.ja} を追加"] * bool(more) + [f"{gone.ja} を削除"] * bool(less)
            return Reason(ja="、".join(ja), en="; ".join([f"+ {come.en}"] * bool(more) + [f"- {gone.en}"] * bool(less)))
    old, new = _value(before, field), _value(after, field)
    return Reason(ja=f"{old.ja} → {new.ja}", en=f"{old.en} → {new.en}")


def _value(value: Any, field: str) -> Reason:
    if isinstance(value, list):
        words = [_value(item, field) for item in value]
        return Reason(ja="、".join(w.ja for w in words), en=", ".join(w.en for w in words)) if words else listed(())
    if not isinstance(value, dict):
        return said(value, field)
    if "role" in value:  # a target
        role, path, team = ROLES[value["role"]], VALUES[value["path"]], value.get("team")
        of = f" ({team})" if team else ""
        return Reason(ja=f"{role.ja}{of}（{path.ja}）", en=f"{role.en}{of} ({path.en})")
    parts = [(_label(k, field), _value(v, k)) for k, v in value.items()]
    return Reason(ja="・".join(f"{k.ja} {v.ja}" for k, v in parts), en=", ".join(f"{k.en} {v.en}" for k, v in parts))


def _is_part(value: Any) -> bool:
    """Whether to look inside: entries with names, and lists of such entries except targets, which are said whole."""
    if isinstance(value, dict):
        return "role" not in value
    return isinstance(value, list) and bool(value) and all(isinstance(x, dict) and "role" not in x for x in value)


def _keys(value: Any) -> list[Any]:
    return list(value) if isinstance(value, dict) else list(range(len(value)))


def _get(value: Any, key: Any) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    return value[key] if isinstance(key, int) and key < len(value) else None


def _label(key: Any, field: str) -> Reason:
    if isinstance(key, int):
        return Reason(ja=str(key + 1), en=str(key + 1))
    known = ROLES if field == "roles" else FIELDS
    return known.get(key, Reason(ja=key, en=key))
