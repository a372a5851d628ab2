"""The rules of escalation as functions of values."""
