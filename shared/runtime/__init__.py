"""How any service runs; no word of the business stands in here."""
