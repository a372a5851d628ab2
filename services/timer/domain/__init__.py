"""Which clocks run for a case, as a function of its state."""
