"""Packs the word vectors of chiVe (Apache License 2.0), as the package ja_ginza carries them, into the file that is shipped.

Run: python -m bench.word_vectors FOLDER, where FOLDER is the package's `vocab`. Words are kept as CRC-32 of their UTF-8,
ascending; the vectors are turned to their main axes and rounded to whole numbers from −127 to 127.
"""

import argparse
import json
import struct
import sys
from pathlib import Path
from zlib import crc32

import numpy as np

from services.knowledge.domain.normalise import normalise

AXES = 128
_M, _MASK = 0xC6A4A7935BD1E995, (1 << 64) - 1


def murmur(text: bytes, seed: int = 1) -> int:
    """MurmurHash64A, by which the package addresses its words."""
    state = seed ^ (len(text) * _M & _MASK)
    whole = len(text) & ~7
    for (word,) in struct.iter_unpack("<Q", text[:whole]):
        word = word * _M & _MASK
        word = (word ^ word >> 47) * _M & _MASK
        state = (state ^ word) * _M & _MASK
    if rest := text[whole:]:
        state = (state ^ int.from_bytes(rest, "little")) * _M & _MASK
    state = (state ^ state >> 47) * _M & _MASK
    return state ^ state >> 47


def rows(packed: bytes) -> dict[int, int]:
    """The package's map of hashes to rows (MessagePack: one map of whole numbers)."""
    at, found = 5, dict[int, int]()
    count = int.from_bytes(packed[1:5], "big")
    assert packed[0] == 0xDF, "a map of 2^16 entries or more"

    def number(at: int) -> tuple[int, int]:
        kind = packed[at]
        if kind < 0x80:
            return kind, at + 1
        size = {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}[kind]
        return int.from_bytes(packed[at + 1 : at + 1 + size], "big"), at + 1 + size

    for _ in range(count):
        key, at = number(at)
        found[key], at = number(at)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.word_vectors", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path, nargs="?", default=Path("services/knowledge/domain/words.npz"))
    parser.add_argument("--axes", type=int, default=AXES)
    asked = parser.parse_args()
    vectors = np.load(asked.folder / "vectors").astype(np.float64)
    by_hash = rows((asked.folder / "key2row").read_bytes())
    words: dict[int, int] = {}
    for word in json.loads((asked.folder / "strings.json").read_text(encoding="utf-8")):
        if (row := by_hash.get(murmur(word.encode()))) is not None:
            words.setdefault(crc32(normalise(word, 100).encode()), row)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    vectors -= vectors.mean(axis=0)
    _, spread, axes = np.linalg.svd(vectors, full_matrices=False)
    turned = vectors @ axes[: asked.axes].T
    turned /= np.linalg.norm(turned, axis=1, keepdims=True) + 1e-9
    whole = np.rint(np.clip(turned * 127 / 0.35, -127, 127)).astype(np.int8)
    keys = np.array(sorted(words), dtype=np.uint32)
    np.savez_compressed(
        asked.target, words=keys, rows=np.array([words[key] for key in keys.tolist()], np.uint16), vectors=whole
    )
    kept = float((spread[: asked.axes] ** 2).sum() / (spread**2).sum())
    print(f"{len(keys)} words, {len(whole)} vectors, {kept:.0%} of the spread kept", file=sys.stderr)


if __name__ == "__main__":
    main()
