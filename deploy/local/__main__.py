"""The commands behind the Makefile: `python -m deploy.local up|down|status|logs|restart|clean|env|login`."""

import argparse
import os
import shlex
import shutil
import sys
from pathlib import Path

from deploy.local import supervisor
from deploy.local.chosen import usual
from deploy.local.demo import beside, demo
from deploy.local.demo_data import client_environment, login_link
from deploy.local.home import forget_data_elsewhere, require_own
from deploy.local.language import Problem, text
from deploy.local.layout import Layout, here
from deploy.local.parts import wanted
from deploy.local.processes import alive, exclusively, interrupt, recorded, start
from deploy.local.screen import Screen
from deploy.local.status import logs, status
from deploy.local.up import down, up


def main() -> int:
    """Run one command; a Problem becomes its message, its advice and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("command", choices=["up", "down", "status", "logs", "restart", "clean", "env", "demo", "login"])
    parser.add_argument("name", nargs="?", help="one process (logs, restart)")
    parser.add_argument("--follow", action="store_true", help="logs: go on printing")
    parser.add_argument("--port-base", help="first port of the block (default 8700, or as remembered)")
    parser.add_argument("--person", default="", help="login: id of the person, or id:name")
    parser.add_argument("--admin", action="store_true", help="login: make an administrator of them besides")
    chosen = parser.parse_args()
    try:
        return _run(here(chosen.port_base), chosen)
    except Problem as problem:
        print(f"\n✗ {problem}", file=sys.stderr)
    except PermissionError as error:
        advice = text("make up を実行した利用者で実行してください", "run this as the user who ran make up")
        print(f"\n✗ {error}\n  → {advice}", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `make up | head`: nobody reads on
    except OSError as error:
        advice = text(
            "空き容量 (df -h) と .local の権限を確認してください", "check free space (df -h) and who owns .local"
        )
        print(f"\n✗ {error}\n  → {advice}", file=sys.stderr)
    except KeyboardInterrupt:
        print(
            "\n" + text("中断しました。動いているものを止める: make down", "Interrupted. Stop what runs: make down"),
            file=sys.stderr,
        )
    return 1


def _run(layout: Layout, chosen: argparse.Namespace) -> int:
    match chosen.command:
        case "up":
            up(layout, Screen(), Path(usual("TASUKI_POLICY_DIR")).resolve())
        case "down":
            down(layout, Screen())
        case "status":
            return status(layout)
        case "logs":
            logs(layout, chosen.name, chosen.follow)
        case "restart":
            _restart(layout, chosen.name)
        case "clean":
            _clean(layout)
        case "demo":
            return demo(layout, Screen())
        case "login":
            print(login_link(layout, chosen.person, chosen.admin))
        case "env":
            if not (layout.folder / "secrets" / "token").exists():
                raise Problem(
                    ("make up した環境がありません", "nothing was made here by make up"),
                    ("TASUKI_PUBLIC_URL と TASUKI_TOKEN_FILE で指定してください", "name one: TASUKI_PUBLIC_URL, TASUKI_TOKEN_FILE"),
                )  # fmt: skip
            for name, value in client_environment(layout).items():
                print(f"export {name}={shlex.quote(value)}")
    return 0


def _restart(layout: Layout, name: str | None) -> None:
    require_own(layout)
    if alive(layout, supervisor.NAME) is None:
        raise Problem(
            ("動いていません", "it is not running"),
            ("make up で起動してください", "start it with make up"),
        )
    known = [part.name for part in wanted(layout)]
    if name not in (None, supervisor.NAME, *known):
        names = ", ".join(sorted([*known, supervisor.NAME]))
        raise Problem(
            (f"{name} というプロセスはありません", f"there is no process {name}"),
            (f"次のどれかを指定してください: {names}", f"give one of these: {names}"),
        )
    for each in [name] if name else known:
        with exclusively(layout):
            interrupt(layout, each)
            if each == supervisor.NAME:  # nobody else would
                start(layout, supervisor.part(layout))
        print(text(f"{each} を止めました。すぐに起動し直されます", f"{each} stopped; it is being started anew"))


def _clean(layout: Layout) -> None:
    require_own(layout)
    if running := [name for name in recorded(layout) if alive(layout, name)]:
        raise Problem(
            (f"動いているものがあります: {', '.join(running)}", f"still running: {', '.join(running)}"),
            ("先に make down を実行してください", "run make down first"),
        )
    for each in (layout, beside(layout)):
        forget_data_elsewhere(each)
    if layout.folder.exists():
        shutil.rmtree(layout.folder)
    print(text(f"{layout.folder} を消しました", f"{layout.folder} is gone"))


if __name__ == "__main__":
    sys.exit(main())
