"""The provider sandbox: telephone, chat, mail and CRM on one local page, spoken to by their real protocols.

Run it with `python -m sandbox` (settings.py names the environment), or inside a test with `Sandbox.run()`; drive the
one in another process with `SandboxClient`. Nothing is kept beyond the process, and nothing leaves this machine.
"""

from sandbox.calls import Call, CallRefused
from sandbox.client import SandboxClient
from sandbox.faults import Fault
from sandbox.journal import Received
from sandbox.phone import Auto
from sandbox.process import Sandbox
from sandbox.settings import Settings

__all__ = ["Auto", "Call", "CallRefused", "Fault", "Received", "Sandbox", "SandboxClient", "Settings"]
