"""Router: applies the policy to a case, names the people who are asked, and climbs when a deadline is breached.

Reads: tasuki.cases (case.*, deadline.breached, deadline.missing).
Writes: escalation.* on tasuki.cases, policy.published on tasuki.policy, duty.digest on tasuki.duty.
Owns: the versions of the policy, absences, overrides, swaps and presence, the fold of every case, the table of open ones.
HTTP: the policy (lint, diff, publish, simulate, replay, review), who is on duty, deadlines explained.
Sweeps: hand-overs of shifts, digests, clocks to be counted anew, the review of the policy.
"""
