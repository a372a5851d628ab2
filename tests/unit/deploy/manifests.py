"""Enough of kustomize to see what an overlay becomes: resources, components, JSON patches, the namespace. No images, no names are made."""

import copy
import re
from pathlib import Path
from typing import Any

import yaml

from deploy.local.layout import ROOT

K8S = ROOT / "deploy/k8s"
Manifest = dict[str, Any]
CLUSTER_WIDE = ("Namespace", "PriorityClass")  # in no namespace


def rendered(name: str) -> list[Manifest]:
    """All objects of `overlays/<name>`, or of `base`."""
    return _built(K8S / "base" if name == "base" else K8S / "overlays" / name, [])


def joined(found: list[Manifest], component: str) -> list[Manifest]:
    """These objects with one more component."""
    return _built(K8S / "components" / component, copy.deepcopy(found))


def _built(folder: Path, found: list[Manifest]) -> list[Manifest]:
    said = yaml.safe_load((folder / "kustomization.yaml").read_text())
    for name in said.get("resources", ()):
        path = folder / name
        if path.is_dir():
            found = _built(path.resolve(), found)
        else:
            found = [*found, *copy.deepcopy([d for d in yaml.safe_load_all(path.read_text()) if d])]
    for name in said.get("components", ()):
        found = _built((folder / name).resolve(), found)
    for patch in said.get("patches", ()):
        target = patch["target"]
        hit = [
            m
            for m in found
            if m["kind"] == target["kind"] and re.fullmatch(target.get("name", ".*"), m["metadata"]["name"])
        ]
        assert hit, f"{folder}: nothing is meant by {target}"
        for manifest in hit:
            for step in yaml.safe_load(patch["patch"]):
                _change(manifest, step)
    if "namespace" in said:  # of a component too it is the one who takes it in that says where it goes
        for manifest in found:
            if manifest["kind"] not in CLUSTER_WIDE:
                manifest["metadata"]["namespace"] = said["namespace"]
    return found


def _change(manifest: Manifest, step: Manifest) -> None:
    *way, last = step["path"].strip("/").split("/")
    place: Any = manifest
    for part in way:
        place = place[int(part) if isinstance(place, list) else part]
    if step["op"] in ("replace", "remove"):
        assert last in place, step
    if step["op"] == "remove":
        del place[last]
    else:
        place[last] = step["value"]


def of_kind(manifests: list[Manifest], *kinds: str) -> list[Manifest]:
    """The objects of these kinds."""
    return [m for m in manifests if m["kind"] in kinds]


def named(manifests: list[Manifest], kind: str, name: str) -> Manifest:
    """One object. Raises ValueError when there is none, or more."""
    (found,) = (m for m in of_kind(manifests, kind) if m["metadata"]["name"] == name)
    return found
