"""The rules of escalation as functions of values; each package stands on those before it.

`times` how time counts · `duty` who is there · `policies` the policy and its plan of a report · `climb` what follows from
each event, in `escalation.react` · `trial` what would happen, and what would have happened.
"""
