"""Measurements, one command each; every figure stands beside the limit that was measured in the same run."""
