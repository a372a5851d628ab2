"""Intake, the one door: takes reports in, lets people act on cases, and shows how each case stands.

Reads: tasuki.cases, tasuki.notifications.
Writes: every case.* event (case.submitted, acknowledged, started, noted, paused, resumed, reassigned, reassessed, corrected,
extended, replied, followed, resolved, reopened), source.troubled and knowledge.due on tasuki.duty.
Owns: tokens, sessions of people, sources and their secrets, subscriptions, idempotency keys, webhook deliveries and quarantine, the
 live view and the timeline of cases, saved views of the board, which articles somebody was reminded of.
Listens: HTTP, and SMTP where a domain for mail is set.
Asks over HTTP: router, notifier and knowledge, for what it relays and for the direct road of critical cases.
"""
