"""`tasuki`: the product from a terminal. It talks to the HTTP API only."""
