"""The draft of an article that archived cases make: nobody begins with an empty page."""

import re
from collections.abc import Iterable, Sequence

from services.knowledge.domain.archive import Archived
from services.knowledge.domain.article import Content
from services.knowledge.domain.phrasings import folded, is_masked
from services.knowledge.domain.shelving import language_of
from shared.contracts.plan import Person

LINE = 200
_SENTENCE = re.compile(r"[^。！？!?\n]+[！？!?]?")
# Kanji, those of old forms and of family names too, katakana and Latin letters: of what a name that is no word is made.
_LETTER = "々〆ヶ\u3400-\u4dbf一-\u9fff\uf900-\ufaff\U00020000-\U0003ffffァ-ヺー・A-Za-zＡ-Ｚａ-ｚÀ-ɏ"
_OF_COMPANY = rf"[{_LETTER}\d&＆]"
_COMPANY = "(?:株式会社|有限会社|合同会社|㈱|㈲|[(（][株有][)）])"
_LEGAL = re.compile(_COMPANY)
_COMPANIES = re.compile(
    rf"(?!・){_OF_COMPANY}{{1,20}}{_COMPANY}{_OF_COMPANY}{{0,20}}|{_COMPANY}[ \u3000]?{_OF_COMPANY}{{1,20}}"
)
_OF_PERSON = rf"(?:(?!様)[{_LETTER}])"
_PERSON = re.compile(
    r"(?P<polite>(?:(?<![ぁ-ゖ])|(?<=[のはがをにともへで]))[おご御])?"
    rf"(?!・)(?P<name>{_OF_PERSON}{{1,16}}(?:[ \u3000]{_OF_PERSON}{{1,16}})?)"
    r"(?P<title>[ \u3000]?様{1,2}(?!式|相|態|々|変わり|がわり|子(?!供|会社))|さま(?!ざま)|氏(?!名|族|神)|さん(?!ざん|ぽ|ぱい)"
    r"|殿(?!堂|下|様|場|町))"
)
_TITLE = r"(?:[ \u3000]?様{1,2}|さま|さん|氏(?!名)|殿)?"
# A name in hiragana has no edge: it begins where kana begin, or after a particle, and what follows says that 様 is not ような.
_KANA = re.compile(
    rf"(?<![ぁ-ゖー])(?P<before>(?:(?<=[{_LETTER}\d])(?:について|から|より|では|には|とは|[のはがをにとでもへや]))?)"
    r"(?P<name>[ぁ-ゖー]{2,6}?)(?P<title>様|さま)(?=から|より|宅|[のはがをへともに、，,：:（(「\s]|$)"
)
# What ends like a title and names nobody, with whatever stands before it; the others only by themselves, for 石神様 and 本多様 are people.
_ENDING_WORDS = (
    "仕様 同様 模様 御殿 宮殿 神殿 本殿 拝殿 湯殿 貴殿 沈殿 社殿 仏殿 正殿 者殿 員殿 者さん 員さん 師さん 店さん 屋さん 社さん 局さん 署さん"
    " 社長さん 部長さん 課長さん 係長さん 所長さん 院長さん 校長さん 学生さん 生徒さん 職人さん 管理人さん 住人さん 運転手さん 先方さん"
    " 取引先さん 得意先さん 仕入先さん スタッフさん ユーザーさん オーナーさん メーカーさん ベンダーさん ドライバーさん ヘルパーさん"
    " オペレーターさん マネージャーさん リーダーさん アルバイトさん パートさん ゲストさん サポートさん センターさん"
)
_ENDINGS = tuple(_ENDING_WORDS.split())
# What is typed for want of a name.
_NO_NAME_WORDS = "不明 なし 無し 未定 匿名 社内 本人 個人 一般 顧客 同上 お客様 店舗 本社 n/a none unknown"
_NO_NAMES = frozenset(_NO_NAME_WORDS.split())
_SURNAME_WORDS = "土屋 守屋 古屋 関屋 紺屋 大屋 中屋 小屋 岩屋 鈴屋 米屋 長屋"  # which are no shops
_SURNAMES = frozenset(f"{name}さん" for name in _SURNAME_WORDS.split())
_NOBODY_WORDS = (
    "多様 多種多様 文様 異様 一様 各様 各人各様 三様 三者三様 両様 左様 有様 今様 逆様 何様 外様 陰様 蔭様 苦労様 馳走様 世話様 愁傷様 遠様"
    " 客様 皆様 皆々様 各位様 人様 一人様 二人様 名様 何名様 数名様 一名様 二名様 神様 仏様 王様 殿様 姫様 奥様 旦那様 主人様 家族様 嬢様 子様"
    " 父様 母様 兄様 姉様 得意様 先方様 相手様 利用者様 担当者様 責任者様 契約者様 関係者様 保護者様 会員様 患者様 取引先様 ユーザー様 オーナー様"
    " 摂氏 華氏 両氏 同氏 某氏 各氏 諸氏 彼氏 源氏 平氏 各位殿"
    " 客さん 皆さん 皆々さん 奥さん 娘さん 息子さん 子さん 父さん 母さん 兄さん 姉さん 爺さん 婆さん 嬢さん 旦那さん 主人さん 隣さん 大家さん"
    " 相手さん 大工さん 警備さん 受付さん 事務さん 本部さん 苦労さん 馳走さん 世話さん 何さん 誰さん 人さん"
)
_NOBODY = frozenset(_NOBODY_WORDS.split())
_NOBODY_READ = (
    "この その あの どの こんな そんな あり さか まっさか いか あから おかげ おつかれ ごちそう ごくろう おせわ おたがい あいにく おあいにく ひと よそ"
    " みな みんな きゃく おきゃく かみ おく ほとけ おう ひめ おじょう おこ おとう おかあ おにい おねえ おじい おばあ おひとり おふたり おとくい"
)
_NOBODY_IN_KANA = frozenset(_NOBODY_READ.split())
_SAID = ("ない", "る", "った", "した", "いた", "んだ")  # before ような, as a rule
_SAID_TOO = tuple("いくすつぬむぶぐただなの")  # before ように
WORDS = {
    "ja": {"handling": "対応したこと", "result": "結果", "evaluation": "評価", "from": "もとの案件 No."},
    "en": {"handling": "What was done", "result": "Result", "evaluation": "Evaluation", "from": "From case No."},
}


def draft_of(records: Sequence[Archived], owner: Person, names: Iterable[str] = ()) -> Content:
    """A draft told by the first of these records, asked in the words of all; names of customers are left out.

    `names` are those of the customers, as the reports give them. The answer is what was done; results and evaluations stand in the internal part, because they tell of one customer.
    """
    hide = Hiding(names)
    first = records[0]
    language = "ja" if language_of(f"{first.title}\n{first.problem}") == "ja" else "en"
    question = _line(first.title, hide)
    asked = (line for record in records for line in (_line(record.title, hide), *_sentences(record.problem, hide)))
    others = {folded(line): line for line in asked if folded(line) != folded(question)}
    return Content(
        question=question,
        phrasings=tuple(others.values())[:20],
        kind=first.kind,
        cause=next((hide(record.cause) for record in records if record.cause), "")[:5000],
        answer=hide(first.handling)[:20_000],
        internal="\n\n".join(part for record in records if (part := _inside(record, language)))[:20_000],
        language="ja" if language == "ja" else "en",
        product=first.product,
        cases=tuple(record.case_id for record in records)[:200],
        owner=owner,
    )


class Hiding:
    """Makes these names general in a text, with or without a title and a legal form, and whatever else names somebody."""

    def __init__(self, names: Iterable[str]) -> None:
        bare = {" ".join(_LEGAL.sub("", name).split()) for name in names}
        longest_first = sorted(
            (name for name in bare if len(name) > 1 and name.casefold() not in _NO_NAMES), key=len, reverse=True
        )
        known = "|".join(map(_alone, longest_first))
        self._known = re.compile(f"(?:{known}){_TITLE}") if known else None

    def __call__(self, text: str) -> str:
        """The text with nobody's name in it."""
        general = "お客様" if language_of(text) == "ja" else "the customer"
        text = _COMPANIES.sub("お客様の会社", text)
        return without_names(self._known.sub(general, text) if self._known else text)


def without_names(text: str) -> str:
    """The text with companies, and persons named by a title, made general; words that only end like a title stay."""
    return _KANA.sub(_in_kana, _PERSON.sub(_person, _COMPANIES.sub("お客様の会社", text)))


def _alone(word: str) -> str:
    pattern = "[ \u3000]?".join(map(re.escape, word.split()))
    return rf"(?<![A-Za-z]){pattern}(?![A-Za-z])" if word.isascii() else pattern


def _person(found: re.Match[str]) -> str:
    title = (
        found["title"].strip().replace("さま", "様").replace("様様", "様")
    )  # a name that was made general before has two
    word = found["name"] + title
    if word in _NOBODY or (word.endswith(_ENDINGS) and word not in _SURNAMES):
        return found[0].replace("様様", "様")
    return "〇〇さん" if title == "さん" else "お客様"  # a colleague as likely as a customer


def _in_kana(found: re.Match[str]) -> str:
    name, to = found["name"], found.string[found.end() : found.end() + 1] == "に"
    inside = found.start() > 0 and re.match(rf"[{_LETTER}\d]", found.string[found.start() - 1]) and not found["before"]
    if name in _NOBODY_IN_KANA or name.endswith(_SAID) or (to and (inside or name.endswith(_SAID_TOO))):
        return found[0]
    return found["before"] + "お客様"


def _line(text: str, hide: Hiding) -> str:
    return hide(text.strip().split("\n", 1)[0])[:LINE] or "?"


def _sentences(problem: str, hide: Hiding) -> list[str]:
    """The sentences of a problem that can be a question by themselves."""
    found = (hide(match[0]).strip() for match in _SENTENCE.finditer(problem))
    return [line for line in found if 6 <= len(line) <= 60 and not is_masked(line)][:3]


def _inside(record: Archived, language: str) -> str:
    words = WORDS[language]
    lines = [f"{words['from']} {record.number} ({record.resolved_at:%Y-%m-%d})"]
    lines += [f"{words[n]}: {text}" for n in ("result", "evaluation") if (text := getattr(record, n))]
    return "\n".join(lines)
