"""`tasuki audit …`: who did what, and whether the trail of it is whole: every hash is made anew here, not asked for."""

import argparse
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cli.door import Door, Json
from shared.contracts.audit import Checkpoint, Entry, Finding, findings

Group = Any  # what argparse calls a group of commands has no public name
PAGE = 1000
WORDS = {
    "missing": ("記録が抜けています", "an entry is missing"),
    "changed": ("記録が書き換えられています", "an entry was changed"),
    "cut": ("末尾の記録が失われています", "the end was cut off"),
    "rewritten": ("署名後に記録が作り直されています", "entries were made anew after they were signed"),
    "checkpoint-missing": ("チェックポイントが抜けています", "a checkpoint is missing"),
    "checkpoint-changed": ("チェックポイントが書き換えられています", "a checkpoint was changed"),
    "forged": ("チェックポイントの署名が正しくありません", "the signature of a checkpoint is not valid"),
}


def add(commands: Group) -> None:
    """Add `audit` and its commands."""
    group = commands.add_parser("audit", help="監査記録 (the audit trail)").add_subparsers(dest="what", required=True)
    listing = group.add_parser("list", help="だれが何をしたか (who did what)")
    listing.add_argument("--object", help="案件番号 c_…、token:…、person:… (what it was done to)")
    listing.add_argument("--limit", type=int, default=50)
    listing.add_argument("--json", action="store_true", help="プログラム向け (for programs)")
    verify = group.add_parser("verify", help="改ざん・削除・切り詰めを調べる (find edits, deletions and truncation)")
    verify.add_argument(
        "--key",
        action="append",
        help="Ed25519 公開鍵（base64）。手元の控えで確かめる。鍵を替えたときは、その数だけ"
        " (the public key, from your own notes; once for each that has signed)",
    )
    verify.add_argument(
        "--kept", type=Path, help="前回保存したファイル。今回分もここに残す (what was kept last time; kept anew)"
    )


def run(arguments: argparse.Namespace, door: Door) -> int:
    """Carry out one command and print what came of it; 1 when the trail is not whole."""
    if arguments.what == "verify":
        return _verify(arguments, door)
    page = door.get("/v1/audit", object=arguments.object, limit=arguments.limit)
    if arguments.json:
        print(json.dumps(page, ensure_ascii=False, indent=2))
        return 0
    for line in page["data"]:
        print(f"{line['at'][:19]}Z  {line['action']:24}  {line['actor']}  {line['through']}  {line['object']}")
    return 0


def _verify(arguments: argparse.Namespace, door: Door) -> int:
    en = arguments.lang == "en"
    stands = door.get("/v1/audit/checkpoints", limit=PAGE)
    ends = {head["chain"]: (head["seq"], head["hash"]) for head in stands["heads"]}
    points: list[Json] = stands["data"]
    while points and (more := door.get("/v1/audit/checkpoints", limit=PAGE, after=points[-1]["number"])["data"]):
        points = points + more
    entries = _entries(door)
    keys: list[str] = arguments.key or stands["public_keys"]
    checkpoints = [Checkpoint(point["number"], point["body"], _genuine(point, keys)) for point in points]
    found = findings(entries, ends, checkpoints)
    if arguments.kept:
        found += _since(arguments.kept, checkpoints, entries)
    for finding in found:
        print(_told(finding, en))
    if found:
        return 1
    if arguments.kept:
        arguments.kept.write_text(checkpoints[-1].body if checkpoints else "", encoding="utf-8")
    many = f"{len(entries)} entries and {len(checkpoints)} checkpoints are whole"
    print(many if en else f"記録 {len(entries)} 件、チェックポイント {len(checkpoints)} 件に異常はありません")
    return 0


def _entries(door: Door) -> list[Entry]:
    found: list[Entry] = []
    after = 0
    while rows := door.get("/v1/audit", after=after, limit=PAGE)["data"]:
        found += [Entry(r["chain"], r["seq"], r["entry"], r["before"], r["hash"]) for r in rows]
        after = rows[-1]["id"]
    return found


def _genuine(point: Json, keys: list[str]) -> bool | None:
    """Whether a checkpoint is signed by one of these keys; with a shared secret only the server can tell."""
    if point["algorithm"] != "ed25519" or not keys:
        genuine: bool | None = point["genuine"]
        return genuine
    return any(_is_signed(point, key) for key in keys)


def _is_signed(point: Json, key: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(b64decode(key)).verify(b64decode(point["signature"]), point["body"].encode())
    except InvalidSignature:
        return False
    return True


def _since(kept: Path, checkpoints: list[Checkpoint], entries: list[Entry]) -> list[Finding]:
    """What was kept outside last time must still be there, even if all checkpoints since were taken away."""
    body = kept.read_text(encoding="utf-8") if kept.exists() else ""
    if not body:
        return []
    said = json.loads(body)
    if said["number"] not in {c.number for c in checkpoints if c.body == body}:
        return [Finding("checkpoint-missing", -1, said["number"])]
    there = {(e.chain, e.seq): e.hash for e in entries}
    ends = ((int(chain), seq, hash_) for chain, (seq, hash_) in said["heads"].items())
    return [Finding("cut", chain, seq) for chain, seq, hash_ in ends if there.get((chain, seq)) != hash_]


def _told(finding: Finding, en: bool) -> str:
    if finding.chain < 0:
        place = f"checkpoint {finding.seq}" if en else f"チェックポイント {finding.seq}"
    else:
        place = f"chain {finding.chain}, entry {finding.seq}" if en else f"系列 {finding.chain} の {finding.seq} 件目"
    return f"{place}: {WORDS[finding.trouble][en]}"
