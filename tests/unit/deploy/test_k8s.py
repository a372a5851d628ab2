"""What is promised of the cluster stands in the manifests: settings that exist, least rights, enough copies, known edges."""

import importlib
from dataclasses import fields
from typing import Any

import pytest

from deploy.local.provision import EXTENSIONS, SERVICES
from services.intake.backlog import READS
from shared.contracts.events import REGISTRY
from shared.contracts.topics import DEAD_LETTERS, TOPICS
from shared.runtime.settings import Secret
from tests.unit.deploy.manifests import CLUSTER_WIDE, K8S, Manifest, named, of_kind, rendered
from watchdog.settings import Settings as WatchdogSettings

PORTS = {"intake": 8700, "router": 8701, "timer": 8702, "notifier": 8703, "knowledge": 8704}
BASE, PROD, DEV = rendered("base"), rendered("prod"), rendered("dev")
WORKLOADS = of_kind(BASE, "Deployment", "StatefulSet")
WITH_PODS = of_kind(BASE, "Deployment", "StatefulSet", "Job")
NEEDED = {  # what the API server refuses to be without, and the only version that is spoken here
    "Namespace": ("v1", ()),
    "ConfigMap": ("v1", ("data",)),
    "Secret": ("v1", ("stringData",)),
    "Service": ("v1", ("spec.ports", "spec.selector")),
    "PriorityClass": ("scheduling.k8s.io/v1", ("value",)),
    "Deployment": ("apps/v1", ("spec.selector.matchLabels", "spec.template.spec.containers")),
    "StatefulSet": ("apps/v1", ("spec.serviceName", "spec.selector.matchLabels", "spec.template.spec.containers")),
    "Job": ("batch/v1", ("spec.template.spec.containers", "spec.template.spec.restartPolicy")),
    "PodDisruptionBudget": ("policy/v1", ("spec.maxUnavailable", "spec.selector.matchLabels")),
    "NetworkPolicy": ("networking.k8s.io/v1", ("spec.podSelector", "spec.policyTypes")),
    "Ingress": ("networking.k8s.io/v1", ("spec.rules", "spec.tls")),
    "Kafka": ("kafka.strimzi.io/v1", ("spec.kafka.listeners", "spec.entityOperator")),
    "KafkaNodePool": ("kafka.strimzi.io/v1", ("spec.replicas", "spec.roles", "spec.storage")),
    "KafkaTopic": ("kafka.strimzi.io/v1", ("spec.partitions", "spec.replicas", "spec.config")),
    "KafkaUser": ("kafka.strimzi.io/v1", ("spec.authentication.type", "spec.authorization.acls")),
    "Cluster": ("postgresql.cnpg.io/v1", ("spec.instances", "spec.storage.size")),
    "ScheduledBackup": ("postgresql.cnpg.io/v1", ("spec.schedule", "spec.cluster.name")),
    "ObjectStore": ("barmancloud.cnpg.io/v1", ("spec.configuration.destinationPath",)),
    "ScaledObject": ("keda.sh/v1alpha1", ("spec.scaleTargetRef.name", "spec.triggers")),
    "TriggerAuthentication": ("keda.sh/v1alpha1", ("spec.secretTargetRef",)),
    "PrometheusRule": ("monitoring.coreos.com/v1", ("spec.groups",)),
    "PodMonitor": ("monitoring.coreos.com/v1", ("spec.selector", "spec.podMetricsEndpoints")),
}


def at(manifest: Manifest, path: str) -> Any:
    for part in path.split("."):
        manifest = manifest[part]
    return manifest


def pod(manifest: Manifest) -> Manifest:
    return dict(manifest["spec"]["template"]["spec"])


def variables(service: str) -> set[str]:
    settings = importlib.import_module(f"services.{service}.settings").Settings
    return {f"TASUKI_{field.name.upper()}" for field in fields(settings)}


def asks(service: str) -> set[str]:
    """The other services whose address a service reads."""
    return {other for other in SERVICES if f"TASUKI_{other.upper()}_URL" in variables(service)}


def given(service: str, container: Manifest) -> set[str]:
    """The variables that a container gets, by value or by file."""
    maps = [named(BASE, "ConfigMap", m["configMapRef"]["name"]) for m in container["envFrom"] if "configMapRef" in m]
    return {name.removesuffix("_FILE") for m in maps for name in m["data"]} | {
        e["name"].removesuffix("_FILE") for e in container["env"]
    }


def ids(manifest: Manifest) -> str:
    return f"{manifest['kind']}-{manifest['metadata']['name']}"


@pytest.mark.parametrize("overlay", [BASE, PROD, DEV], ids=["base", "prod", "dev"])
def test_every_object_has_what_the_server_asks_for_and_a_name_of_its_own(overlay: list[Manifest]) -> None:
    for manifest in overlay:
        version, paths = NEEDED[manifest["kind"]]
        assert manifest["apiVersion"] == version, ids(manifest)
        assert all(at(manifest, path) is not None for path in paths), ids(manifest)
    assert len(set(map(ids, overlay))) == len(overlay)


@pytest.mark.parametrize("overlay", [PROD, DEV], ids=["prod", "dev"])
def test_all_that_is_applied_goes_into_one_namespace(overlay: list[Manifest]) -> None:
    placed = {ids(m): m["metadata"].get("namespace") for m in overlay if m["kind"] not in CLUSTER_WIDE}
    assert {name: where for name, where in placed.items() if where != "tasuki"} == {}


def test_every_file_is_used() -> None:
    used = {p.name for p in K8S.rglob("*.yaml")}
    said = "".join(p.read_text() for p in K8S.rglob("kustomization.yaml"))
    assert {name for name in used - {"kustomization.yaml"} if name not in said} == set()


@pytest.mark.parametrize("manifest", WITH_PODS, ids=ids)
def test_a_service_is_told_what_it_needs_and_nothing_that_it_does_not_read(manifest: Manifest) -> None:
    (container,) = pod(manifest)["containers"]
    service = container["name"]
    settings = importlib.import_module(f"services.{service}.settings").Settings
    got = given(service, container)
    everybody = set(named(BASE, "ConfigMap", "tasuki")["data"])  # one map for all: not each reads all of it
    assert got - variables(service) - everybody == set()
    needed = {f"TASUKI_{f.name.upper()}" for f in fields(settings) if f.default is f.default_factory}
    assert needed - got == set()
    assert container["image"] == f"tasuki-{service}"
    assert container["args"][0] == f"services.{service}"
    secrets = {e["name"]: e.get("value", "") for e in container["env"] if e["name"].endswith("_FILE")}
    assert all(value.startswith("/secrets/") for value in secrets.values())
    assert not any(n.endswith(("_TOKEN", "_KEY", "_PASSWORD", "_URL")) and "KAFKA" not in n and "://" not in e["value"]
                   for e in container["env"] if "value" in e and (n := e["name"]))  # fmt: skip


@pytest.mark.security
@pytest.mark.parametrize("manifest", [*WITH_PODS, named(PROD, "StatefulSet", "watchdog")], ids=ids)
def test_a_pod_is_restricted(manifest: Manifest) -> None:
    spec = pod(manifest)
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in spec["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        assert set(container["resources"]["requests"]) == {"cpu", "memory"}
        assert "cpu" not in container["resources"]["limits"]  # being slowed down is being late
        mounted = {m["name"] for m in container["volumeMounts"]}
        claimed = {v["metadata"]["name"] for v in manifest["spec"].get("volumeClaimTemplates", ())}
        assert mounted == {v["name"] for v in spec["volumes"]} | claimed
    assert all("hostPath" not in volume for volume in spec["volumes"])


@pytest.mark.parametrize("manifest", WORKLOADS, ids=ids)
def test_a_workload_is_probed_spread_and_protected(manifest: Manifest) -> None:
    labels, name = manifest["spec"]["selector"]["matchLabels"], manifest["metadata"]["name"]
    assert manifest["spec"]["template"]["metadata"]["labels"] == labels
    (container,) = pod(manifest)["containers"]
    assert container["ports"][0] == {"name": "http", "containerPort": PORTS[container["name"]]}
    assert {"name": "TASUKI_HTTP_PORT", "value": str(PORTS[container["name"]])} in container["env"]
    paths = {p: container[f"{p}Probe"]["httpGet"]["path"] for p in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/livez", "liveness": "/livez", "readiness": "/readyz"}
    keys = [c["topologyKey"] for c in pod(manifest)["topologySpreadConstraints"]]
    assert keys == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    assert named(BASE, "PodDisruptionBudget", name)["spec"]["selector"]["matchLabels"] == labels
    assert manifest["spec"]["replicas"] >= (1 if name == "knowledge-worker" else 2)
    # who has a name of its own in a group does not leave it when told to stop, and its work would stand still so long
    assert "TASUKI_INSTANCE" not in {e["name"] for e in container["env"]}


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_its_migration_its_address_and_both_roles(service: str) -> None:
    assert pod(named(BASE, "Job", f"{service}-migrate"))["containers"][0]["args"] == [f"services.{service}", "migrate"]
    front = named(BASE, "Service", service)["spec"]
    behind = [w for w in WORKLOADS if front["selector"].items() <= w["spec"]["selector"]["matchLabels"].items()]
    assert len(behind) == 1
    assert front["ports"][0]["port"] == PORTS[service]
    roles = {w["metadata"]["labels"]["role"] for w in WORKLOADS if w["metadata"]["labels"]["app"] == service}
    assert roles in ({"api", "worker"}, {"all"})


@pytest.mark.parametrize("service", SERVICES)
def test_the_network_has_the_edges_of_the_design_and_no_others(service: str) -> None:
    policy = named(BASE, "NetworkPolicy", service)["spec"]
    asked = {
        peer["podSelector"]["matchLabels"]["app"]
        for rule in policy["egress"]
        for peer in rule["to"]
        if "app" in peer.get("podSelector", {}).get("matchLabels", {})
    }
    assert asked == asks(service)
    callers = {
        app
        for rule in policy["ingress"]
        for peer in rule["from"]
        for expression in peer.get("podSelector", {}).get("matchExpressions", ())
        for app in expression["values"]
    }
    assert callers == {other for other in SERVICES if service in asks(other)}
    public = [peer for rule in policy["egress"] for peer in rule["to"] if "ipBlock" in peer]
    assert bool(public) == (service in ("intake", "notifier"))
    assert all("169.254.0.0/16" in peer["ipBlock"]["except"] for peer in public)


def test_the_watchdog_of_a_cluster_stands_on_nothing_that_it_watches() -> None:
    workload = named(PROD, "StatefulSet", "watchdog")
    (container,) = pod(workload)["containers"]
    got = {e["name"] for e in container["env"]} - {"FRONT_DOOR"}  # a part of another's value
    known = {f"TASUKI_{field.name.upper()}" for field in fields(WatchdogSettings)}
    assert got <= known
    in_secret = {
        "TASUKI_WATCHDOG_TOKEN",
        "TASUKI_WATCHDOG_WEBHOOK_SECRET",
    }  # with a path of alarm; without one it does not start
    needed = {f"TASUKI_{f.name.upper()}" for f in fields(WatchdogSettings) if f.default is f.default_factory}
    assert needed == in_secret | (needed & got)
    assert container["envFrom"] == [{"secretRef": {"name": "tasuki-watchdog"}}]
    assert named(PROD, "ConfigMap", "tasuki-intake")["data"]["TASUKI_WATCHDOG_URL"] == "http://watchdog:8750"
    edges = named(PROD, "NetworkPolicy", "watchdog")["spec"]["egress"]
    assert {p["port"] for p in edges[0]["ports"]} == set(PORTS.values())
    assert "tasuki-kafka" not in str(edges)
    assert "cnpg" not in str(edges)


def test_the_watchdog_of_a_cluster_asks_every_workload() -> None:
    (container,) = pod(named(PROD, "StatefulSet", "watchdog"))["containers"]
    (value,) = (e["value"] for e in container["env"] if e["name"] == "TASUKI_WATCHDOG_SERVICES")
    none = Secret("")
    settings = WatchdogSettings(
        watchdog_token=none, watchdog_webhook_secret=none, watchdog_data=K8S, public_url="", watchdog_services=value
    )
    asked = set()
    outside = next(e for e in container["env"] if e["name"] == settings.services["front-door"].strip("$()"))
    assert outside["valueFrom"] == {"configMapKeyRef": {"name": "tasuki", "key": "TASUKI_PUBLIC_URL"}}
    (rule,) = named(PROD, "Ingress", "tasuki")["spec"]["rules"]
    assert named(PROD, "ConfigMap", "tasuki")["data"]["TASUKI_PUBLIC_URL"] == f"https://{rule['host']}"
    for url in (url for name, url in settings.services.items() if name != "front-door"):
        host, _, port = url.removeprefix("http://").partition(":")
        service = named(BASE, "Service", host)
        assert int(port) == PORTS[service["metadata"]["labels"]["app"]] == service["spec"]["ports"][0]["port"]
        behind = service["spec"]["selector"].items()
        asked |= {ids(w) for w in WORKLOADS if behind <= w["spec"]["selector"]["matchLabels"].items()}
    assert asked == set(map(ids, WORKLOADS))


@pytest.mark.security
def test_by_default_nobody_talks_to_anybody() -> None:
    denied = named(BASE, "NetworkPolicy", "default-deny")["spec"]
    assert denied == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_topics_are_those_of_the_code() -> None:
    for overlay, copies, least in ((PROD, 3, 2), (DEV, 1, 1)):
        found = {t["metadata"]["name"]: t["spec"] for t in of_kind(overlay, "KafkaTopic")}
        assert set(found) == {topic.name for topic in TOPICS}
        for topic in TOPICS:
            wanted = {"cleanup.policy": topic.cleanup, "retention.ms": topic.retention_ms, "min.insync.replicas": least}
            assert found[topic.name]["config"] == wanted
            assert found[topic.name]["replicas"] == copies
    assert {t["spec"]["partitions"] for t in of_kind(PROD, "KafkaTopic")} == {24}


@pytest.mark.parametrize("service", SERVICES)
def test_kafka_lets_a_service_write_what_it_says_and_read_in_its_own_group(service: str) -> None:
    acls = named(BASE, "KafkaUser", f"tasuki-{service}-kafka")["spec"]["authorization"]["acls"]
    writes = {a["resource"]["name"] for a in acls if "Write" in a["operations"]}
    assert writes == {e.topic for e in REGISTRY.values() if e.producer == service} | {DEAD_LETTERS}
    groups = {a["resource"]["name"]: a["operations"] for a in acls if a["resource"]["type"] == "group"}
    assert groups.pop(f"tasuki-{service}") == ["Read", "Describe"]
    looked_at = {f"tasuki-{other}" for other in READS if other != service} if service == "intake" else set()
    assert groups == {group: ["Describe"] for group in looked_at}
    reads = {a["resource"]["name"] for a in acls if "Read" in a["operations"] and a["resource"]["type"] == "topic"}
    asked = {topic for read in READS.values() for topic in read} | {DEAD_LETTERS}  # by the operations page
    assert reads == (asked if service == "intake" else set(READS[service]))
    assert all("*" not in a["resource"]["name"] for a in acls)


def test_production_keeps_what_it_has_taken_when_a_node_is_lost() -> None:
    kafka = of_kind(PROD, "Kafka")[0]["spec"]["kafka"]
    assert (of_kind(PROD, "KafkaNodePool")[0]["spec"]["replicas"], kafka["config"]["min.insync.replicas"]) == (3, 2)
    assert kafka["config"]["unclean.leader.election.enable"] is False
    assert all(listener["tls"] for listener in kafka["listeners"])
    database = of_kind(PROD, "Cluster")[0]["spec"]
    assert database["instances"] == 3
    assert database["postgresql"]["synchronous"]["dataDurability"] == "required"
    assert database["plugins"][0]["isWALArchiver"] is True
    said = " ".join(database["bootstrap"]["initdb"]["postInitApplicationSQL"])
    assert all(f"CREATE SCHEMA {s} AUTHORIZATION tasuki_{s}" in said for s in SERVICES)
    assert all(f"CREATE EXTENSION {name} SCHEMA extensions" in said for name in EXTENSIONS)


def test_what_pages_is_never_scaled_away() -> None:
    workloads = {w["metadata"]["name"] for w in WORKLOADS}
    for scaled in of_kind(PROD, "ScaledObject"):
        spec = scaled["spec"]
        assert spec["scaleTargetRef"]["name"] in workloads
        least = 1 if spec["scaleTargetRef"]["name"] == "knowledge-worker" else 2
        assert least <= spec["minReplicaCount"] <= spec["maxReplicaCount"] <= 24


@pytest.mark.security
def test_no_secret_stands_in_them() -> None:
    assert [m["metadata"]["name"] for m in of_kind(PROD, "Secret")] == [
        "tasuki-scaling"
    ]  # it says "enable" and no more
