"""The routes of the notifier, one file for each thing that is asked about."""
