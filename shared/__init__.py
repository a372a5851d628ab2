"""What the services share: `contracts` (what they say to each other) and `runtime` (how any of them runs)."""
