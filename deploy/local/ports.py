"""Finds ports that are taken before anything is started, and a block that is free."""

import socket
from collections.abc import Iterable

import psutil

from deploy.local.language import Problem
from deploy.local.layout import BLOCK, PORTS, Layout


def free(port: int) -> bool:
    """Tell whether this machine's loopback address has the port to give."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a closed connection does not take it
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except (OSError, OverflowError):
            return False
    return True


def require(layout: Layout, names: Iterable[str]) -> None:
    """Raise Problem naming every port that is taken, by whom, and a command with a free block."""
    taken = [name for name in names if not free(layout.port(name))]
    if not taken:
        return
    ja = "\n".join(f"  {layout.port(name)}  {PORTS[name][1]}{_holder(layout.port(name))}" for name in taken)
    en = "\n".join(f"  {layout.port(name)}  {PORTS[name][2]}{_holder(layout.port(name))}" for name in taken)
    base = free_block(layout.port_base)
    raise Problem(
        (f"使用中のポートがあります:\n{ja}", f"ports are taken:\n{en}"),
        (f"空いているポートで起動する: make up PORT_BASE={base}  (次回からは make up だけで同じポートになります)\n"
         "Tasuki が compose などですでに動いているなら、もう一つ起動せずに、TASUKI_PUBLIC_URL と TASUKI_TOKEN_FILE を設定して ./tasuki で使います",
         f"start on free ports: make up PORT_BASE={base}  (remembered: afterwards plain make up uses them too)\n"
         "if Tasuki runs already, in compose for example, start no second one: use it by ./tasuki, with TASUKI_PUBLIC_URL and TASUKI_TOKEN_FILE"),
    )  # fmt: skip


def free_from(base: int) -> bool:
    """Tell whether a whole block of ports is free."""
    return all(free(base + offset) for offset, _, _ in PORTS.values())


def free_block(after: int) -> int:
    """Return the first port of a block that is free as a whole, beyond `after`."""
    bases: list[int] = [*range(after + 100, 32000, 100), *range(1100, after, 100)]
    for base in bases:
        if free_from(base):
            return base
    raise Problem(
        ("空いているポートの範囲が見つかりません", "no free block of ports is left"),
        (f"{BLOCK} 個続きで空いている先頭の番号を PORT_BASE に指定してください",
         f"give in PORT_BASE the first of {BLOCK} free ports in a row"),
    )  # fmt: skip


def _holder(port: int) -> str:
    """Name who listens, as far as this user may see it."""
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and tuple(connection.laddr)[1:2] == (port,)
            if listens and connection.pid:
                return f"  ← {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except (psutil.Error, OSError):
        return ""
    return ""
