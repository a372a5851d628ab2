"""The rules of the front door, as functions of values."""
