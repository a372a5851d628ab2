"""What an installation chooses stands in its overlay alone, and an overlay is whole: one host, images that exist, room for what comes in."""

import importlib
import ipaddress
import pkgutil
from urllib.parse import urlsplit

import pytest
import yaml

from deploy.local.layout import ROOT
from services.intake import pages, routes
from shared.runtime import networks
from tests.unit.deploy.manifests import K8S, Manifest, named, of_kind, rendered
from watchdog.relay import SCHEMES, relay

MAIL = {25, 465, 587}  # of a mail server whose address names no port
PROD, DEV = rendered("prod"), rendered("dev")
PUBLIC_URL = named(PROD, "ConfigMap", "tasuki")["data"]["TASUKI_PUBLIC_URL"]


def test_links_lead_to_the_host_that_is_served() -> None:
    (ingress,) = of_kind(PROD, "Ingress")
    host = urlsplit(PUBLIC_URL).hostname
    assert [rule["host"] for rule in ingress["spec"]["rules"]] == [host]
    assert [entry["hosts"] for entry in ingress["spec"]["tls"]] == [[host]]


def test_a_trial_runs_on_a_node_whose_zone_nobody_knows() -> None:
    assert "topology.kubernetes.io/zone" in str(of_kind(PROD, "Kafka"))
    (kafka,) = of_kind(DEV, "Kafka")
    assert "rack" not in kafka["spec"]["kafka"]


@pytest.mark.parametrize(("name", "overlay"), [("prod", PROD), ("dev", DEV)])
def test_every_image_has_a_tag_that_somebody_gave_it(name: str, overlay: list[Manifest]) -> None:
    said = yaml.safe_load((K8S / "overlays" / name / "kustomization.yaml").read_text())["images"]
    pods = [m["spec"]["template"]["spec"] for m in of_kind(overlay, "Deployment", "StatefulSet", "Job")]
    assert {image["name"] for image in said} == {c["image"] for pod in pods for c in pod["containers"]}
    assert "latest" not in {image["newTag"] for image in said}


def test_a_trial_is_opened_where_the_paper_leads() -> None:
    url = named(DEV, "ConfigMap", "tasuki")["data"]["TASUKI_PUBLIC_URL"]
    for language in ("", ".ja"):
        paper = (ROOT / f"docs/deployment{language}.md").read_text()
        assert url in paper
        assert f"port-forward service/intake {urlsplit(url).port}" in paper


def test_whoever_is_scaled_is_not_sent_back_to_a_number_when_something_is_applied() -> None:
    scaled = {
        (s["spec"]["scaleTargetRef"]["kind"], s["spec"]["scaleTargetRef"]["name"])
        for s in of_kind(PROD, "ScaledObject")
    }
    free = {
        (m["kind"], m["metadata"]["name"])
        for m in of_kind(PROD, "Deployment", "StatefulSet")
        if "replicas" not in m["spec"]
    }
    assert free == scaled


@pytest.mark.parametrize("workload", of_kind(PROD, "Deployment", "StatefulSet"), ids=lambda m: m["metadata"]["name"])
def test_who_is_asked_hears_on_until_nobody_is_sent_there_and_a_worker_leaves_at_once(workload: Manifest) -> None:
    pod = workload["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    if container["args"][-1] != "api":
        assert "lifecycle" not in container  # its partitions would stand still so long
        return
    what, seconds = container["lifecycle"]["preStop"]["exec"]["command"]
    assert what == "sleep"
    assert 3 <= int(seconds) <= pod["terminationGracePeriodSeconds"] - 20


def test_whatever_intake_takes_gets_through_the_proxy_before_it() -> None:
    parts = [importlib.import_module(f.name) for f in pkgutil.iter_modules(routes.__path__, f"{routes.__name__}.")]
    largest = max(size for part in (*parts, pages) for size in getattr(part, "LARGER_BODIES", {}).values())
    (ingress,) = of_kind(PROD, "Ingress")
    size = ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"]
    assert size.endswith("m")  # MiB
    assert largest < int(size[:-1]) * 1024 * 1024
    for language in ("", ".ja"):
        paper = (ROOT / f"docs/deployment{language}.md").read_text()
        assert paper.count(f"{size[:-1]} MB") >= 2
        assert f"{largest // 1024**2} MB" in paper


def test_whatever_may_be_written_to_by_its_port_is_let_out() -> None:
    public = [
        (policy["metadata"]["name"], {port for entry in rule["ports"] for port in ports(entry)})
        for policy in of_kind(PROD, "NetworkPolicy")
        for rule in policy["spec"].get("egress", ())
        if any(peer.get("ipBlock", {}).get("cidr") == "0.0.0.0/0" for peer in rule.get("to", ()))
    ]
    assert {name for name, _ in public} == {"intake", "notifier", "watchdog"}
    for name, let_out in public:
        assert {443, *networks.PORTS, *MAIL} == let_out, name
    assert {relay(f"{scheme}://mail.example.com").port for scheme in SCHEMES} <= MAIL


def ports(entry: dict[str, int]) -> range:
    return range(entry["port"], entry.get("endPort", entry["port"]) + 1)


def test_what_is_inside_is_let_out_one_address_at_a_time() -> None:
    for rule in named(PROD, "NetworkPolicy", "inside")["spec"]["egress"]:
        for peer in rule["to"]:
            assert ipaddress.ip_network(peer["ipBlock"]["cidr"]).num_addresses == 1


def test_what_must_be_changed_stands_in_the_overlay_and_the_base_leads_nowhere() -> None:
    own = "".join(path.read_text() for path in (K8S / "overlays/prod").glob("*.yaml"))
    bucket = named(PROD, "ObjectStore", "tasuki-backups")["spec"]["configuration"]["destinationPath"]
    assert PUBLIC_URL in own
    assert bucket in own
    shared = "".join(path.read_text() for part in ("base", "components") for path in (K8S / part).rglob("*.yaml"))
    assert ".example." not in shared
    assert bucket not in shared
