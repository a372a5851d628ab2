"""What the router needs to be told."""

from dataclasses import dataclass
from pathlib import Path

from shared.runtime.settings import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """`policy_dir` holds the policy that is published at start, until somebody publishes by another road.

    The notifier is asked whom it can reach when a policy is checked; without `notifier_url` that is left out.
    """

    policy_dir: Path = Path("policy")
    notifier_url: str = ""
