"""Router: applies the policy to a case, names the people who are asked, and climbs when a deadline is breached.

Reads: tasuki.cases (case.*, deadline.breached).  Writes: escalation.* on tasuki.cases, policy.published on tasuki.policy.
Owns: the versions of the policy, schedules and absences, the fold of every open case.  HTTP: the policy, who is on duty, simulation.
"""
