"""Gateway: the telephone without a vendor, a process beside the notifier.

HTTP: place, show and end calls (`/calls/{id}`), behind a token.  Says: signed reports to the address in the order.
Owns: a journal of its calls, and a pool of lines (one baresip process each) that speak and hear keys by SIP and RTP.
"""
