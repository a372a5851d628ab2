"""The routes of the knowledge service, one file for each subject."""
