"""The console: pages for people who are logged in."""
