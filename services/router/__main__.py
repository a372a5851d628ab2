"""`python -m services.router [api] [worker]`, and `lint DIR` to check a policy before it is used."""

import sys
from functools import partial
from pathlib import Path

import uvloop

from services.router import api, reading, worker
from services.router.current import Current
from services.router.settings import Settings
from shared.runtime import service
from shared.runtime.settings import read


def main(arguments: list[str]) -> int:
    """Run the service, or check a folder of policy files."""
    if arguments[:1] == ["lint"]:
        try:
            policy = reading.read(Path(arguments[1] if len(arguments) > 1 else "policy"))
        except reading.BadPolicy as problem:
            print(problem)
            return 1
        print(f"ok: {len(policy.rules)} rules, {len(policy.teams)} teams, {len(policy.people)} people")
        return 0
    current = Current()
    build = partial(api.build, current), partial(worker.build, current)
    uvloop.run(service.run("router", read(Settings), *build, arguments))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
