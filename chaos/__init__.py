"""Faults on purpose: a whole installation under load while its parts are killed, stopped and deceived, and a checker that believes nobody."""
