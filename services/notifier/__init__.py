"""Notifier: tells people by phone, chat, e-mail and ticket, and brings back what they answer.

Reads: tasuki.cases (all facts of a case), tasuki.duty (digests, sources in trouble, articles that are due).
Writes: notification.attempted on tasuki.notifications.
Owns: contacts and what people decide about them, changed texts, the ledger of notifications and attempts,
acknowledgements on their way to intake, reports that somebody is making in a talk.
HTTP: contacts (also as a table and a page), texts, the delivery log, the direct road (`/v1/pages`), call-backs of the
providers (`/callbacks/*`).
"""
