"""The notifier's rules: who is told what and how, when to try again, and what an answer means."""
