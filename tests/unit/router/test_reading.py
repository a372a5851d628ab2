"""What stands in the files is read as written, and every mistake is named with file, line and remedy, all at once."""

import shutil
import time
from pathlib import Path

import pytest

from services.router import reading
from services.router.parsing import FILES, LARGEST_FILE, parse
from tests.unit.router.drafts import FOLDER, Edit, files, findings, line


@pytest.mark.parametrize(
    ("edit", "code", "what"),
    [
        (("matrix", "first_response: 5m", "first_response: 5 minutes"), "unfit-value-error", "期間ではありません"),
        (("matrix", "first_response: 5m", "first_response: -5m"), "unfit-value-error", "期間ではありません"),
        (("matrix", "first_response: 5m", "first_response: 9999d"), "unfit-value-error", "長すぎます"),
        (("matrix", "first_response: 5m", "first_respnse: 5m"), "unfit-missing", "必須です"),
        (("matrix", "first_response: 5m", "first_respnse: 5m"), "unfit-extra-forbidden", "この項目は使えません"),
        (("matrix", "critical: {all: P1", "critical: {all: P9"), "unfit-enum", "'P4'"),
        (("matrix", "    load: 1\n", "    load: １\n"), "unfit-int-parsing", "整数"),
        (("rules", "kind: [refund]", "kind: [refnd]"), "unfit-enum", "refund"),
        (("rules", "id: harassment", "id: 髙﨑１"), "unfit-string-pattern-mismatch", "形式"),
        (("rules", "id: harassment", "id: harassment１"), "unfit-string-pattern-mismatch", "形式"),
        (("teams", "id: sato.hanako", "id: sato１"), "unfit-value-error", "半角の英数字"),
        (("teams", "name: 佐藤 花子", "name: 佐藤 花子, phone: 090-0000-0000"), "unfit-value-error", "連絡先に登録"),
        (("teams", "{person: ito.sakura}", "{person: a, schedule: b}"), "unfit-value-error", "どちらか一方だけ"),
        (("schedules", "zone: Asia/Tokyo", "zone: Asia/Tokio"), "unfit-value-error", "タイムゾーン"),
        (("schedules", "start: 2026-01-05T09", "start: 2026-02-30T09"), "unfit-datetime-from-date-parsing", "日時"),
        (("calendars", "2026-12-29: 年末年始", "2026-02-29: 年末年始"), "unfit-date-from-datetime-parsing", "日付"),
        (("calendars", '"09:00-18:00"', '"18:00-09:00"'), "unfit-value-error", "終わり"),
        (("cases", "    priority: P1\n", "    priorty: P1\n"), "unfit-extra-forbidden", "この項目は使えません"),
        (("cases", "kind: outage", "kind: outrage"), "unfit-enum", "outage"),
    ],
    ids=lambda v: v if isinstance(v, str) else None,
)
def test_each_mistake_is_found_at_its_line(edit: Edit, code: str, what: str) -> None:
    found = [f for f in findings(edit) if f.code == code]
    assert found, [f.told("ja") for f in findings(edit)]
    assert found[0].file == f"{edit[0]}.yaml"
    assert abs(found[0].line - line(edit)) <= 2  # what is missing is named where its part begins
    assert found[0].column > 0
    assert what in found[0].reason.ja
    assert found[0].reason.en != found[0].reason.ja
    assert found[0].remedy.ja
    assert found[0].remedy.en


@pytest.mark.security
@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("rules: [\n", "yaml-syntax", 2),
        ("rules: &all []\n", "yaml-anchor", 1),
        ("rules: []\nmore: *all\n", "yaml-anchor", 2),
        ("rules:\n  - <<: {id: x}\n", "yaml-merge", 2),
        ("rules: !include other.yaml\n", "yaml-tag", 1),
        ("rules: !!python/object/apply:os.system [x]\n", "yaml-tag", 1),
        ("rules: []\nrules: []\n", "key-twice", 2),
        ("rules: []\nmatrix: {}\n", "key-twice", 2),
        ("? [a, b]\n: c\n", "key-not-plain", 1),
        ("- rules\n", "not-a-mapping", 1),
        ("rules\n", "not-a-mapping", 1),
        ("rules: []\n---\nrules: []\n", "yaml-documents", 2),
        ("rules: []\n# \x07\n", "control-characters", 2),
        ("rules: []\n# \ud800\n", "control-characters", 2),
        ("rules:\n\t- id: x\n", "yaml-syntax", 2),
        ("rules: " + "[" * 21 + "]" * 21, "yaml-too-deep", 1),
        ("rules: [" + "x," * 50_001 + "]", "yaml-too-many", 1),
        ("#" * (LARGEST_FILE + 1), "file-too-large", 1),
    ],
    ids=lambda v: str(v)[:20],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(text: str, code: str, where: int) -> None:
    found = [f for f in parse({**files(), "rules.yaml": text}).findings if f.file == "rules.yaml"]
    assert [(f.code, f.line) for f in found] == [(code, where)]


def test_a_file_that_is_not_utf_8_is_named_with_the_byte() -> None:
    broken = {**files(), "teams.yaml": "人:\n".encode("cp932")}
    found = parse(broken).findings
    assert [(f.file, f.code) for f in found] == [("teams.yaml", "not-utf-8")]
    assert "1 バイト目" in found[0].reason.ja


def test_all_files_together_have_a_bound() -> None:
    assert [f.code for f in parse(dict.fromkeys(FILES, "#" * 400_000)).findings] == ["file-too-large"]


@pytest.mark.security
@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(20_000)),
        "rules: " + "[" * 1_000_000,
        "rules: " + "{a: " * 200_000,
        "".join(" " * n + "a:\n" for n in range(1000)),
        "rules: [" + "x," * 500_000 + "]",
        "rules: " + "9" * 1_000_000,
        'rules: "' + "\\x41" * 250_000 + '"',
        "a" * 1_000_000,
        "rules:\n" + "  - {id: x}\n" * 12_000,
    ],
    ids=lambda v: str(v)[:20],
)
def test_bombs_are_refused_within_seconds(text: str) -> None:
    started = time.process_time()
    with pytest.raises(reading.BadPolicy):
        reading.draft({**files(), "rules.yaml": text})
    assert time.process_time() - started < 5  # half a second on a quiet machine; what explodes would take minutes


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """What does not fit one section does not hide what is wrong in another.

    Seen red with `lint` called only when every section fits.
    """
    found = findings(
        ("matrix", "first_response: 5m", "first_response: soon"),
        ("rules", "- estimate_over: 30", "- kind: []\n        estimate_over: 30"),
        ("rules", "path: hierarchical}]", "path: hierarchical, team: gone}]"),
        ("teams", "catch_all: kobayashi.jun", "catch_all: 髙﨑①㈱🔥"),
        ("schedules", "people: [sato.hanako", "people: [nobody"),
        ("cases", "urgency: critical", "urgency: hot"),
    )
    assert {(f.file, f.code) for f in found if f.severity == "error"} == {
        ("matrix.yaml", "unfit-value-error"),
        ("rules.yaml", "rule-never-holds"),
        ("rules.yaml", "unknown-team"),
        ("teams.yaml", "unknown-person"),
        ("schedules.yaml", "unknown-person"),
        ("cases.yaml", "unfit-enum"),
    }


def test_a_file_that_cannot_be_read_does_not_make_its_entries_missing() -> None:
    found = findings(("teams", "teams:\n", "teams: [\n"))
    assert [(f.file, f.code) for f in found if f.severity == "error"] == [("teams.yaml", "yaml-syntax")]


def test_so_many_findings_are_counted_not_told() -> None:
    rules = "rules:\n" + "  - {id: x}\n" * 700
    with pytest.raises(reading.BadPolicy) as caught:
        reading.draft({**files(), "rules.yaml": rules})
    assert len(caught.value.findings) == reading.MOST_FINDINGS + 1
    assert caught.value.findings[-1].code == "more-findings"


def test_times_and_words_mean_what_is_written() -> None:
    text = "a: [18:30, no, 0x1F, 012, 1_000, 2026-01-02, ~, true, '5', -3, 1.5, 髙﨑①㈱🔥, ５]\nb: |\n  12\n"
    data = parse({"rules.yaml": text}).data
    assert data["a"] == [
        "18:30",
        "no",
        "0x1F",
        "012",
        "1_000",
        "2026-01-02",
        None,
        True,
        "5",
        -3,
        1.5,
        "髙﨑①㈱🔥",
        "５",
    ]
    assert data["b"] == "12\n"


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter() -> None:
    changed = {name: b"\xef\xbb\xbf" + str(text).replace("\n", "\r\n").encode() for name, text in files().items()}
    assert reading.draft(changed).policy == reading.draft(files()).policy


def test_only_files_of_the_policy_are_read_from_a_folder(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "README.md").write_text("x")
    (tmp_path / "archive.yaml").mkdir()
    assert reading.read(tmp_path) == reading.read(FOLDER)
    (tmp_path / "rule.yaml").write_text("rules: []")
    with pytest.raises(reading.BadPolicy, match="file-unknown"):
        reading.read(tmp_path)


def test_every_missing_file_is_named(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(reading.BadPolicy) as caught:
            reading.read(folder)
        assert {f.file for f in caught.value.findings if f.code == "file-missing"} == set(FILES)


def test_a_large_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    with (tmp_path / "rules.yaml").open("wb") as file:
        file.truncate(10**9)
    started = time.process_time()
    with pytest.raises(reading.BadPolicy, match="file-too-large"):
        reading.read(tmp_path)
    assert time.process_time() - started < 5  # half a second on a quiet machine; what explodes would take minutes
