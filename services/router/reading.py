"""Reads the files of a policy, checks them, and names file, line and remedy of all that is wrong at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.router.domain.policies.findings import Check, Finding
from services.router.domain.policies.lint import Known, lint
from services.router.domain.policies.policy import Policy
from services.router.domain.trial import table
from services.router.domain.trial.table import Row
from services.router.parsing import FILES, LARGEST_FILE, Parsed, parse
from shared.contracts.plan import Reason
from shared.runtime import web

MOST_FINDINGS = 500
UNFIT = Check(
    "unfit", "error", "{place}: {problem}", "{place}: {problem}", "{remedy}", "{remedy}",
)  # fmt: skip
MORE = Check(
    "more-findings", "error", "このほかにもあります", "there are more",
    "上のものを直してから、もう一度確かめてください", "mend those above and check again",
)  # fmt: skip
REMEDIES = {
    "missing": Reason(ja="この項目を加えてください", en="add it"),
    "extra_forbidden": Reason(
        ja="項目名の綴りと字下げを確かめるか、消してください", en="check the spelling and the indentation, or remove it"
    ),
}
MEND = Reason(ja="docs/policy.ja.md の書き方に合わせてください", en="write it as docs/policy.md says")
_ROWS = TypeAdapter(tuple[Row, ...])
# A section that does not fit is replaced by one that says nothing, so that the others can be looked at all the same.
_EMPTY: dict[str, Any] = {
    "matrix": {}, "priorities": {}, "people": [{"id": "nobody", "name": "nobody"}], "teams": {}, "default_team": "",
    "catch_all": "",
}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """A policy that may be published: its files as they were written, and what else is to be said about it."""

    files: dict[str, str]
    policy: Policy
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()


class BadPolicy(ValueError):
    """The policy cannot be used; `findings` says why, one by one, the warnings among them."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(finding.told("ja") for finding in findings))
        self.findings = findings


def folder(path: Path) -> dict[str, str | bytes]:
    """The policy files of a folder; a file that is too large is not read to its end, other files are left alone."""
    found: dict[str, str | bytes] = {}
    for file in sorted(path.iterdir()) if path.is_dir() else ():
        if file.suffix in (".yaml", ".yml") and file.is_file():
            with file.open("rb") as opened:
                found[file.name] = opened.read(LARGEST_FILE + 1)
    return found


def read(path: Path) -> Policy:
    """The policy of a folder, whatever the date and the directory of contacts. Raises `BadPolicy`."""
    return draft(folder(path)).policy


def draft(files: Mapping[str, str | bytes], known: Known = Known()) -> Draft:
    """Read, check, lint and try the files of a policy. Raises `BadPolicy` when there is an error among the findings."""
    parsed = parse(files)
    rows_data = parsed.data.pop("cases", None)
    policy, unfit = _policy(parsed, parsed.data)
    rows = _rows(parsed, rows_data)
    found = [*parsed.findings, *map(parsed.located, lint(policy, known, unfit))]
    if not any(finding.severity == "error" for finding in found):
        found += map(parsed.located, table.run(policy, rows))
    findings = tuple(sorted(found, key=_order))
    if any(finding.severity == "error" for finding in findings):
        if len(findings) > MOST_FINDINGS:
            findings = (*findings[:MOST_FINDINGS], MORE.at(()))
        raise BadPolicy(findings)
    texts = {name: _text(files[name]) for name in FILES}
    return Draft(texts, policy, rows, findings)


def stored(files: Mapping[str, str]) -> Draft | None:
    """A version that was published once; nothing when today's schema cannot read it any more."""
    parsed = parse(files)
    rows_data = parsed.data.pop("cases", None)
    policy, unfit = _policy(parsed, parsed.data)
    return None if parsed.findings or unfit else Draft(dict(files), policy, _rows(parsed, rows_data))


def _policy(parsed: Parsed, data: dict[str, Any]) -> tuple[Policy, set[str]]:
    """The policy, and the sections that do not fit; what is wrong with them is added to the findings."""
    try:
        return Policy.model_validate(data), set()
    except ValidationError as problem:
        errors = problem.errors(include_input=False, include_url=False)
    unfit = {str(error["loc"][0]) for error in errors}
    for error in errors[: MOST_FINDINGS + 1]:
        half_read = error["type"] == "missing" and len(error["loc"]) == 1 and not parsed.whole
        if not half_read:
            parsed.findings.append(_unfit(parsed, error))
    rest = {key: value for key, value in data.items() if key not in unfit}
    return Policy.model_validate(rest | {key: _EMPTY[key] for key in _EMPTY if key not in rest}), unfit


def _rows(parsed: Parsed, data: Any) -> tuple[Row, ...]:
    try:
        return _ROWS.validate_python(data or ())
    except ValidationError as problem:
        for error in problem.errors(include_input=False, include_url=False)[: MOST_FINDINGS + 1]:
            parsed.findings.append(_unfit(parsed, {**error, "loc": ("cases", *error["loc"])}))
        return ()


def _unfit(parsed: Parsed, error: Any) -> Finding:
    """What pydantic has found, at its line, in both languages; the value itself is not repeated."""
    place = tuple(error["loc"])
    known = [length for length in range(len(place) + 1) if place[:length] in parsed.spots]
    shown = place if error["type"] == "missing" else place[: max(known, default=len(place))]
    values = {
        "place": ".".join(str(part)[:80] for part in shown),
        "problem": Reason.model_validate(web.in_words(error)),
        "remedy": REMEDIES.get(error["type"], MEND),
    }
    finding = parsed.located(UNFIT.at(place, **values))
    return replace(finding, code=f"unfit-{error['type'].replace('_', '-')}", place=shown)


def _order(finding: Finding) -> tuple[bool, str, int, int]:
    severity = ("error", "warning", "info").index(finding.severity)
    return severity > 0, finding.file, finding.line, severity


def _text(content: str | bytes) -> str:
    return content if isinstance(content, str) else content.decode("utf-8")
