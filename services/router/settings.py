"""What the router needs to be told."""

from dataclasses import dataclass
from pathlib import Path

from shared.runtime.settings import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """`policy_dir` holds the policy that is published at start when it differs from the newest version."""

    policy_dir: Path = Path("policy")
