"""The figures to beat, where each stands in what the benchmarks print, and the command that repeats it alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Language = Literal["ja", "en"]
Place = tuple[str | int, ...]  # keys and places in the JSON of a part


@dataclass(frozen=True)
class Part:
    """One benchmark: its module, how it is called in full and shortly, and the make target that repeats it."""

    module: str
    full: tuple[str, ...]
    short: tuple[str, ...]
    command: str


@dataclass(frozen=True)
class Target:
    """At most so much (of `unit`) of what stands at `place` in the JSON of a part; `ja` and `en` say what it is."""

    part: str
    ja: str
    en: str
    most: float
    unit: str
    place: Place


@dataclass(frozen=True)
class Verdict:
    """What was measured; None where the part was not run, or broke."""

    target: Target
    measured: float | None
    on: str = ""  # the day

    @property
    def ratio(self) -> float | None:
        """Measured beside what is to be beaten; where nothing is allowed, 0 is met and all else is not."""
        if self.measured is None:
            return None
        return self.measured / self.target.most if self.target.most else float(self.measured > 0) * 2

    @property
    def is_met(self) -> bool:
        """Whether it is beaten."""
        return self.ratio is not None and self.ratio <= 1


PARTS = {
    "paging": Part(
        "bench.paging",
        ("--quiet", "200", "--burst", "1000", "--large", "5000", "--rate", "50", "--seconds", "300"),
        ("--quiet", "30", "--burst", "200", "--large", "0", "--rate", "20", "--seconds", "10"),
        'make bench-paging ARGS="--large 5000 --seconds 300"',
    ),
    "storm": Part("bench.storm", (), ("--storms", "2", "--cases", "100"), "make bench-storm"),
    "receivers": Part(
        "bench.receivers",
        (
            *("--seconds", "20", "--storm-seconds", "10", "--kills", "3", "--kill-rate", "50"),
            *("--kill-seconds", "15", "--patience", "60"),
        ),
        ("--seconds", "5", "--storm-seconds", "0", "--kills", "0"),
        'make bench-receivers ARGS="--seconds 20 --storm-seconds 10 --kills 3 --kill-rate 50 --kill-seconds 15 --patience 60"',
    ),
    "timer": Part("bench.timer", (), ("--only", "lateness", "--count", "100"), "make bench-timer"),
    "policy": Part("bench.policy", (), ("--cases", "500", "--runs", "5"), "make bench-policy"),
    "recovery": Part("bench.recovery", (), ("--kills", "1", "--away", "5", "--refused", "5"), "make bench-recovery"),
    "growth": Part(
        "bench.growth",
        (),
        (
            *("--quiet", "20", "--burst", "50", "--idle", "3", "--open", "200", "--people", "30", "--rules", "20"),
            *("--archived", "500", "--records", "100"),
        ),
        "make bench-growth",
    ),
    "telemetry": Part(
        "bench.telemetry",
        (),
        ("--pairs", "1", "--burst", "50", "--rate", "5", "--seconds", "5", "--warm", "20"),
        "make bench-telemetry",
    ),
}
TARGETS = (
    Target("paging", "静かなとき：提出 → 呼び出し、p50", "quiet: submit → page, p50", 25, "ms", ("runs", 0, "submit_to_page_ms", "p50")),
    Target("paging", "静かなとき：提出 → 呼び出し、p99", "quiet: submit → page, p99", 75, "ms", ("runs", 0, "submit_to_page_ms", "p99")),
    Target("paging", "静かなときの p50 と、通る道の限界の合計との比", "quiet p50 beside the sum of the limits on its path", 4, "×", ("runs", 0, "ratio_to_the_limits_on_the_path")),
    Target("paging", "1,000 件を一度に：全件受付", "burst of 1,000: all accepted", 2.5, "s", ("runs", 1, "all_accepted_s")),
    Target("paging", "1,000 件を一度に：全件呼び出し", "burst of 1,000: all paged", 5, "s", ("runs", 1, "all_paged_s")),
    Target("paging", "1,000 件を一度に：1 件の CPU、システム全体", "burst of 1,000: CPU for a case, whole system", 9, "ms", ("runs", 1, "cpu_ms_per_case")),
    Target("paging", "5,000 件を一度に：全件呼び出し", "burst of 5,000: all paged", 22, "s", ("runs", 2, "all_paged_s")),
    Target("paging", "毎秒 50 件を 5 分間：p99", "50/s for 5 minutes: p99", 150, "ms", ("runs", -1, "submit_to_page_ms", "p99")),
    Target("paging", "… 最後の三分の一の p99", "… of the last third", 150, "ms", ("runs", -1, "p99_of_the_last_third_ms")),
    Target("paging", "何もしていないときの全体の CPU、案件なし、1 コアに対して", "idle CPU of the whole stack, empty, of one core", 10, "%", ("idle_cpu_percent_of_a_core",)),
    Target("paging", "全体のメモリー、トレースのビューアーとサンドボックスを除く", "memory of the whole stack, without trace viewer and sandbox", 2000, "MB", ("memory_mb",)),
    Target("storm", "P3 が 500 件集中したときの P1：電話がかかるまで、20 回の p99", "P1 inside a storm of 500 P3: call starts, p99 of 20 storms", 500, "ms", ("p1_inside_ms", "p99")),
    Target("storm", "集中した案件のうち、どこにも載らなかったもの", "cases of a storm that are listed nowhere", 0, "", ("lost",)),
    Target("storm", "500 件に対するまとめの通数", "digests for 500", 3, "", ("digests_most",)),
    Target("receivers", "毎秒 200 件のときの送信元への応答、p99", "answers to senders at 200/s, p99", 100, "ms", ("runs", 0, "answers", "2xx", "p99")),
    Target("receivers", "毎秒 2,000 件：受け付けたものへの応答（ほかは 503 と Retry-After）、p99", "2,000/s: answers to those who are taken (the others: 503, Retry-After), p99", 1000, "ms", ("runs", 1, "answers", "2xx", "p99")),
    Target("timer", "段が上がるまでの、猶予を超えた遅れ、p50", "escalation step beyond the grace, p50", 10, "ms", ("lateness", "late_ms", "p50")),
    Target("timer", "段が上がるまでの、猶予を超えた遅れ、p90", "escalation step beyond the grace, p90", 25, "ms", ("lateness", "late_ms", "p90")),
    Target("timer", "段が上がるまでの、猶予を超えた遅れ、p99", "escalation step beyond the grace, p99", 50, "ms", ("lateness", "late_ms", "p99")),
    Target("timer", "早すぎた段の数", "escalation steps that were early", 0, "", ("lateness", "early")),
    Target("timer", "期限が 100 万件あるとき：増えるメモリー", "a million pending: extra memory", 150, "MB", ("million", "extra_mb")),
    Target("timer", "期限が 100 万件あるとき：何もしていないときの 1 コアの CPU", "a million pending: idle CPU of a core", 2, "%", ("million", "full", "cpu_percent")),
    Target("timer", "起動時に 1,000 件が期限切れ：最初の P1", "cold start, 1,000 overdue: first P1", 3, "s", ("cold_start", "first_p1_s")),
    Target("timer", "起動時に 1,000 件が期限切れ：すべて", "cold start, 1,000 overdue: all", 10, "s", ("cold_start", "all_s")),
    Target("timer", "1 秒に 100,000 件の期限、1 プロセス：P1 の p99", "100,000 due in one second, one process: P1 p99", 1000, "ms", ("storm, 1 processes", "late_ms", "P1", "p99")),
    Target("timer", "1 秒に 100,000 件の期限、1 プロセス：すべて", "100,000 due in one second, one process: all", 20, "s", ("storm, 1 processes", "all_s")),
    Target("timer", "1 秒に 100,000 件の期限、2 プロセス：すべて", "100,000 due in one second, two processes: all", 20, "s", ("storm, 2 processes", "all_s")),
    Target("timer", "1 秒に 100,000 件の期限、1 プロセス：出なかったもの", "100,000 due in one second, one process: never said", 0, "", ("storm, 1 processes", "lost")),
    Target("timer", "1 秒に 100,000 件の期限、2 プロセス：出なかったもの", "100,000 due in one second, two processes: never said", 0, "", ("storm, 2 processes", "lost")),
    Target("timer", "… ログで応答より後に出たもの、1,000 件中", "… said behind the acknowledgement in the log, of 1,000", 0, "", ("storm, 2 processes", "of_them_breached_after")),
    Target("timer", "2 つのうち 1 つを強制終了、p99", "one of two replicas killed, p99", 2.5, "s", ("replica SIGKILL", "p99_s")),
    Target("timer", "2 つのうち 1 つを停止、p99", "one of two replicas stopped, p99", 2.5, "s", ("replica SIGSTOP", "p99_s")),
    Target("policy", "既定の方針の点検、p50", "lint of the default policy, p50", 200, "ms", ("lint_ms", "p50")),
    Target("policy", "報告 1 件の試行、p50", "simulate one report, p50", 10, "ms", ("simulate_ms", "critical × all", "p50")),
    Target("policy", "10,000 件への当てはめ", "replay over 10,000 cases", 5, "s", ("replay", "s", 0)),
    Target("recovery", "全体の起動、2 回目以降", "cold start of the whole stack after the first", 30, "s", ("cold_start_s",)),
    Target("recovery", "強制終了 → 準備完了、最も遅いサービス", "killed → ready again, the slowest service", 3, "s", ("restart_longest_s",)),
    Target("recovery", "40 件を送信中の notifier を強制終了：全件が出るまで、5 回のうち最長", "notifier killed while it sends 40 pages: all out, the longest of five", 5, "s", ("taken_over_longest_s",)),
    Target("recovery", "… 失われたもの", "… lost", 0, "", ("killed_lost",)),
    Target("recovery", "… 二重になったもの、提供者がそれを防げる場合", "… doubled where a provider makes that impossible", 0, "", ("doubled",)),
    Target("recovery", "提供者が 120 秒停止：知らされなかったもの、5 件中", "provider down for 120 s: not told, of five", 0, "", ("away", "lost")),
    Target("recovery", "提供者が 500 を返す：知らされなかったもの、5 件中", "provider answers 500: not told, of five", 0, "", ("refused", "lost")),
    Target("growth", "未完了 50,000 件・1,000 人・500 ルール・完了 1,000,000 件での提出 → 呼び出し、空のときとの比", "submit → page with 50,000 open, 1,000 people, 500 rules, 1,000,000 archived, beside empty", 1.3, "×", ("ratio", "p50")),
    Target("growth", "… 一度に来た案件 1 件の CPU、空のときとの比", "… CPU for a case of a burst, beside empty", 1.3, "×", ("ratio", "cpu_ms_per_case")),
    Target("growth", "… 何もしていないときの全体の CPU、1 コアに対して", "… idle CPU of the whole stack, of one core", 10, "%", ("steps", -1, "idle_cpu_percent_of_a_core")),
    Target("growth", "… 全体のメモリー", "… memory of the whole stack", 2000, "MB", ("steps", -1, "memory_mb")),
    Target("telemetry", "集中したとき：トレース・指標・ログの CPU、なしのときに対して", "burst: CPU of traces, metrics and logs, beside none", 5, "%", ("loads", 0, "percent")),
    Target("telemetry", "毎秒 20 件のとき：トレース・指標・ログの CPU、なしのときに対して", "20/s: CPU of traces, metrics and logs, beside none", 5, "%", ("loads", 1, "percent")),
)  # fmt: skip


def at(result: Any, place: Place) -> float | None:
    """The number at a place; None when there is none."""
    for key in place:
        try:
            result = result[key]
        except (KeyError, IndexError, TypeError):
            return None
    return result if isinstance(result, int | float) else None


def verdicts(results: Mapping[str, Any]) -> list[Verdict]:
    """Part → its JSON, judged; a target of a part that was not run is left out."""
    judged = ((t, results[t.part] or {}) for t in TARGETS if t.part in results)
    return [Verdict(t, at(found, t.place), str(found.get("ended", ""))[:10]) for t, found in judged]


HEADS = {
    "ja": "| | 目標 | 実測 | | 測った日 | 同じ測定のコマンド |",
    "en": "| | to beat | measured | | on | again by |",
}
SAID = {"ja": ("未測定", "達成"), "en": ("not measured", "met")}


def table(judged: Sequence[Verdict], language: Language) -> str:
    """A table in Markdown."""
    missing, met = SAID[language]
    rows = [HEADS[language], "|---|---|---|---|---|---|"]
    for one in judged:
        target, found = one.target, "–" if one.measured is None else f"{one.measured:g} {one.target.unit}".strip()
        said = missing if one.ratio is None else met if one.is_met else f"**{one.ratio:.1f} ×**"
        most, what = f"{target.most:g} {target.unit}".strip(), target.ja if language == "ja" else target.en
        rows.append(f"| {what} | {most} | {found} | {said} | {one.on} | `{PARTS[target.part].command}` |")
    return "\n".join(rows)
