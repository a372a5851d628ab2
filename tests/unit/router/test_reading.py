"""A mistake in a policy file is named with file and line, and the policy is not used."""

import shutil
from pathlib import Path

import pytest

from services.router import reading

FOLDER = Path(__file__).parents[3] / "policy"


def broken(folder: Path, file: str, old: str, new: str) -> reading.BadPolicy:
    """Break one place of the shipped policy and read it."""
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(reading.BadPolicy) as caught:
        reading.read(folder)
    return caught.value


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        ("matrix.yaml", "first_response: 5m", "first_response: 5 minutes", "not a duration"),
        ("matrix.yaml", "first_response: 5m", "first_respnse: 5m", "Field required"),
        ("matrix.yaml", "critical: {all: P1", "critical: {all: P9", "P1"),
        ("matrix.yaml", "  low: {all: P3, some: P4, one: P4}\n", "", "low"),
        ("rules.yaml", "kind: [refund]", "kind: [refnd]", "refund"),
        ("teams.yaml", "{schedule: payments-second-line}", "{schedule: nobody-knows}", "no schedule"),
        ("teams.yaml", "catch_all: kobayashi.jun", "catch_all: nobody", "nobody is called nobody"),
        ("schedules.yaml", "people: [sato.hanako, suzuki.ichiro]", "people: [sato.hanako, 髙﨑]", "髙﨑"),
        ("schedules.yaml", "days: 7", "days: 0", "greater than or equal to 1"),
        ("schedules.yaml", "substitute: sato.hanako", "substitute: suzuki.ichiro", "themselves"),
    ],
)
def test_each_mistake_is_found_at_its_line(tmp_path: Path, file: str, old: str, new: str, what: str) -> None:
    wanted = (FOLDER / file).read_text(encoding="utf-8").split(old)[0].count("\n") + 1
    mistakes = broken(tmp_path, file, old, new).mistakes
    named = [m for m in mistakes if what in m.what]
    assert named, [str(m) for m in mistakes]
    assert named[0].file == file
    assert abs(named[0].line - wanted) <= 4  # what is missing is named where its part begins


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    (mistake,) = broken(tmp_path, "teams.yaml", "teams:\n", "teams: [\n").mistakes
    assert mistake.file == "teams.yaml"
    assert mistake.line > 1


def test_a_key_that_stands_twice_is_a_mistake(tmp_path: Path) -> None:
    (mistake,) = broken(
        tmp_path, "teams.yaml", "default_team: support", "default_team: support\ndefault_team: payments"
    ).mistakes
    assert "twice" in mistake.what


def test_times_and_words_mean_what_is_written(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "schedules.yaml").read_text(encoding="utf-8")
    (tmp_path / "schedules.yaml").write_text(text.replace("closes: 18:00:00", "closes: 18:30"), encoding="utf-8")
    office = reading.read(tmp_path).office
    assert (office.opens.isoformat(), office.closes.isoformat()) == ("09:00:00", "18:30:00")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(reading.BadPolicy, match=r"matrix\.yaml:1: the file is missing"):
        reading.read(tmp_path)
