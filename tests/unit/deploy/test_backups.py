"""A backup is worth what can be opened of it: every paper says how long a data key is kept, as long as the backups themselves."""

import re

import pytest

from deploy.local.layout import ROOT

PAPERS = ("README", "docs/security", "docs/deployment")
DAYS = re.search(r"retentionPolicy: (\d+)d", (ROOT / "deploy/k8s/components/backups/backups.yaml").read_text())
WORDS = {
    ".md": (("data key", "TASUKI_DATA_KEY"), "oldest backup stands ({} days)"),
    ".ja.md": (("データの鍵", "TASUKI_DATA_KEY"), "いちばん古いバックアップが残っている間（{} 日）"),
}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("paper", PAPERS)
def test_the_data_key_is_kept_for_as_long_as_the_oldest_backup(paper: str, language: str) -> None:
    assert DAYS
    keys, kept = WORDS[language]
    lines = (ROOT / f"{paper}{language}").read_text().split("\n")
    assert [line for line in lines if any(key in line for key in keys) and kept.format(DAYS[1]) in line]
