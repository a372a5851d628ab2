"""A backup is worth what can be opened of it, and brought back: the keys are kept as long, and a restore needs nothing else changed."""

import re

import pytest

from deploy.local.layout import ROOT
from tests.unit.deploy.manifests import joined, named, of_kind, rendered

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


def test_a_restore_keeps_the_name_reads_the_archive_before_and_writes_another() -> None:
    """The plugin refuses to write where something is; policies, secrets and addresses hang on the cluster's name."""
    prod = rendered("prod")
    cluster = named(joined(prod, "restore"), "Cluster", "tasuki-database")["spec"]
    source = cluster["bootstrap"]["recovery"]["source"]
    assert set(cluster["bootstrap"]) == {"recovery"}
    (before,) = (known["plugin"] for known in cluster["externalClusters"] if known["name"] == source)
    (now,) = cluster["plugins"]
    (store,) = of_kind(prod, "ObjectStore")
    assert before["name"] == now["name"]
    for plugin in (before, now):
        assert plugin["parameters"]["barmanObjectName"] == store["metadata"]["name"]
    # without a name of its own the archive has the cluster's
    (first,) = of_kind(prod, "Cluster")
    assert "serverName" not in first["spec"]["plugins"][0]["parameters"]
    assert before["parameters"]["serverName"] == first["metadata"]["name"]
    assert now["parameters"]["serverName"] not in ("", before["parameters"]["serverName"])


def test_what_is_restored_has_everything_else_as_it_was() -> None:
    (first,), (anew,) = (of_kind(m, "Cluster") for m in (rendered("prod"), joined(rendered("prod"), "restore")))
    changed = {"bootstrap", "plugins", "externalClusters"}
    assert {k: v for k, v in anew["spec"].items() if k not in changed} == {
        k: v for k, v in first["spec"].items() if k not in changed
    }
    assert first["metadata"] == anew["metadata"]


@pytest.mark.parametrize("language", WORDS)
def test_the_paper_says_how_a_restore_goes(language: str) -> None:
    text = (ROOT / f"docs/deployment{language}").read_text()
    for said in ("components/restore", "kubectl -n tasuki delete cluster tasuki-database", "tasuki-database-3"):
        assert said in text
