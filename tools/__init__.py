"""Commands for people who work on the repository; nothing here runs in production."""
