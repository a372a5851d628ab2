"""The routes of the router, one file for each thing that is asked about."""
