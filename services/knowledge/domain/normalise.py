"""One spelling for what people type: width, variant characters, long vowels, damaged input."""

import re
import unicodedata

# Variant characters of family and place names that NFKC leaves apart although everybody means the same one.
_VARIANTS = str.maketrans("髙﨑濵濱邉邊齋齊斎澤嶋𠮷栁德塚峯冨", "高崎浜浜辺辺斉斉斉沢島吉柳徳塚峰富")
_DASH_AFTER_KANA = re.compile(r"(?<=[ぁ-ゖァ-ヺー])[-‐‑‒–—―−~〜]+(?![a-z0-9])")
_LONG_VOWELS = re.compile(r"ーー+")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]+")


def normalise(text: str, limit: int) -> str:
    """Bring text to the one form that is analysed; at most `limit` characters of it.

    Total on any string: NUL and control characters become spaces, half of a surrogate pair the replacement mark.
    """
    repaired = text[:limit].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    # NFKC may lengthen (one character can become eighteen), so the bound is applied again.
    folded = unicodedata.normalize("NFKC", repaired)[:limit].casefold().translate(_VARIANTS)
    spaced = _SPACES.sub(" ", folded).strip()
    spaced = spaced.replace("(株)", "株式会社").replace("(有)", "有限会社")[:limit]
    return _LONG_VOWELS.sub("ー", _DASH_AFTER_KANA.sub("ー", spaced))
