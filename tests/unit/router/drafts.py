"""The shipped policy files, and what is said about them when something in them is changed."""

from pathlib import Path

from services.router import reading
from services.router.domain.policies.findings import Finding
from services.router.domain.policies.lint import Known

FOLDER = Path(__file__).parents[3] / "policy"
Edit = tuple[str, str, str]  # file without its ending, old text, new text


def files(*edits: Edit) -> dict[str, str | bytes]:
    """The shipped files with the first of each old text replaced."""
    found = {name: text.decode() for name, text in reading.folder(FOLDER).items() if isinstance(text, bytes)}
    for name, old, new in edits:
        assert old in found[f"{name}.yaml"], old
        found[f"{name}.yaml"] = found[f"{name}.yaml"].replace(old, new, 1)
    return dict(found)


def findings(*edits: Edit, known: Known = Known()) -> tuple[Finding, ...]:
    """All findings, whether the policy could be used or not."""
    try:
        return reading.draft(files(*edits), known).findings
    except reading.BadPolicy as problem:
        return problem.findings


def line(edit: Edit) -> int:
    """The line on which the old text of an edit begins."""
    name, old, _ = edit
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").split(old)[0].count("\n") + 1
