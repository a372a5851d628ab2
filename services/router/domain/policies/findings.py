"""Findings: what is wrong with a policy, where, and what to do about it, in both languages."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from shared.contracts.plan import Reason

Place: TypeAlias = tuple[str | int, ...]  # the path into the data, as in ("rules", 3, "when", 0)
Severity: TypeAlias = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Finding:
    """One finding. An error refuses the policy; `file`, `line` and `column` are known when it was read from text."""

    code: str
    severity: Severity
    place: Place
    reason: Reason
    remedy: Reason
    file: str = ""
    line: int = 0
    column: int = 0

    def told(self, language: str) -> str:
        """One line for people: where, how bad, what, and what to do."""
        where = f"{self.file}:{self.line}" if self.file else ".".join(map(str, self.place)) or "policy"
        if language == "en":
            return f"{where}: {self.severity}: {self.reason.en} → {self.remedy.en} [{self.code}]"
        severity = {"error": "誤り", "warning": "注意", "info": "参考"}[self.severity]
        return f"{where}: {severity}: {self.reason.ja} → {self.remedy.ja} [{self.code}]"


@dataclass(frozen=True)
class Check:
    """One thing that is looked for; the texts may name values in braces. The code is stable."""

    code: str
    severity: Severity
    ja: str
    en: str
    remedy_ja: str
    remedy_en: str

    def at(self, place: Place, /, **values: Any) -> Finding:
        """The finding at a place; a value that is a `Reason` gives each text its own language."""
        ja = {k: v.ja if isinstance(v, Reason) else v for k, v in values.items()}
        en = {k: v.en if isinstance(v, Reason) else v for k, v in values.items()}
        return Finding(
            self.code,
            self.severity,
            place,
            Reason(ja=self.ja.format_map(ja), en=self.en.format_map(en)),
            Reason(ja=self.remedy_ja.format_map(ja), en=self.remedy_en.format_map(en)),
        )
