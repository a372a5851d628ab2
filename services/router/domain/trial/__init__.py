"""What would happen, and what would have happened: simulation, replay, review."""
