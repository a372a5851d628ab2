"""Writes `jars.lock` anew: resolves the pinned coordinates and notes size and SHA-256 of every jar (`make lock`)."""

import hashlib
from pathlib import Path

import jgo
from jgo.maven import Artifact, MavenContext

from deploy.local.artifacts import LOCK, cache

KAFKA = "org.apache.kafka:kafka_2.13:4.1.1"
LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3"  # without it Kafka's log is empty
ZIPKIN = "io.zipkin:zipkin-server:3.5.1:slim"  # 84 MB; the full one adds only storages that are not used here
POSTGRES = "io.zonky.test.postgres:embedded-postgres-binaries-{}:17.6.0"
PLATFORMS = ("linux-amd64", "linux-arm64v8", "darwin-amd64", "darwin-arm64v8")


def main() -> None:
    """Resolve, fetch and write."""
    maven = MavenContext(repo_cache=cache() / "maven", local_repos=[], timeout=60)

    def one(coordinate: str) -> Artifact:
        owner, name, version, *classifier = coordinate.split(":")
        return maven.project(owner, name).at_version(version).artifact(*classifier)

    groups = {"kafka": [*jgo.resolve(KAFKA), one(LOGGING)], "zipkin": [one(ZIPKIN)]}
    groups |= {f"postgres-{platform}": [one(POSTGRES.format(platform))] for platform in PLATFORMS}
    lines = ["# group, SHA-256, bytes, Maven coordinate; written by `make lock`"]
    for group, artifacts in groups.items():
        for artifact in artifacts:
            path = one(_coordinate(artifact)).resolve()
            lines.append(f"{group} {_sha256(path)} {path.stat().st_size} {_coordinate(artifact)}")
    LOCK.write_text("\n".join(lines) + "\n")


def _coordinate(artifact: Artifact) -> str:
    parts = (artifact.groupId, artifact.artifactId, artifact.version, artifact.classifier)
    return ":".join(part for part in parts if part)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
