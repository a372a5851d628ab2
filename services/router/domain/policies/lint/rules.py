"""Case rules: those that can never hold or never change anything, that contradict themselves, or that say too little."""

from collections import defaultdict
from collections.abc import Iterator

from services.router.domain.policies.findings import Check, Finding, Place
from services.router.domain.policies.labels import FIELDS
from services.router.domain.policies.lint.covering import Sets, covers, sets
from services.router.domain.policies.lint.known import Known
from services.router.domain.policies.policy import Condition, Effect, Policy, Rule
from services.router.domain.policies.rules import fold, stands
from shared.contracts.vocabulary import Channel, Impact, Priority, Urgency

NEVER = Check(
    "rule-never-holds", "error", "ルール {id} の条件は、決して成り立ちません（{why_ja}）", "the rule {id} can never hold ({why_en})",
    "条件を直すか、ルールを消してください", "mend the conditions, or remove the rule",
)  # fmt: skip
PART_NEVER = Check(
    "condition-never-holds", "warning", "ルール {id} のこの条件は、決して成り立ちません（{why_ja}）", "this condition of the rule {id} can never hold ({why_en})",
    "条件を直すか、消してください", "mend the condition, or remove it",
)  # fmt: skip
COVERED = Check(
    "rule-covered", "warning", "ルール {id} は、ルール {by} と同じ扱いで、条件も含まれています", "the rule {id} does the same as the rule {by}, which holds whenever it does",
    "どちらか一方を消してください", "remove one of them",
)  # fmt: skip
PART_COVERED = Check(
    "condition-covered", "warning", "ルール {id} のこの条件は、同じルールの別の条件に含まれています", "this condition of the rule {id} holds only when another of its conditions does",
    "この条件を消してください", "remove this condition",
)  # fmt: skip
NOTHING = Check(
    "rule-without-effect", "error", "ルール {id} には扱いがありません", "the rule {id} changes nothing",
    "then に扱いを書くか、ルールを消してください", "write an effect at then, or remove the rule",
)  # fmt: skip
IDLE = Check(
    "rule-changes-nothing", "warning", "ルール {id} の at_least: {priority} は、表の結果を変えることがありません", "at_least: {priority} of the rule {id} never changes what the matrix says",
    "at_least を上げるか、ルールを消してください", "raise at_least, or remove the rule",
)  # fmt: skip
SUPPRESS_LOSES = Check(
    "suppress-never-wins", "error", "ルール {id} の suppress は、ルール {by} に必ず負けます", "suppress of the rule {id} always loses against the rule {by}",
    "条件を狭めるか、どちらか一方を消してください", "make its conditions narrower, or remove one of them",
)  # fmt: skip
SUPPRESS_MORE = Check(
    "suppress-with-more", "error", "ルール {id} は suppress と {fields} を同時に書いています", "the rule {id} has suppress together with {fields}",
    "「呼び出さない」なら suppress・faq・restrict だけにしてください", "where nobody is to be paged, write only suppress, faq and restrict",
)  # fmt: skip
FAQ = Check(
    "faq-without-suppress", "warning", "ルール {id} の faq は、suppress: true のときだけ示されます", "faq of the rule {id} is shown only with suppress: true",
    "suppress: true を加えるか、faq を消してください", "add suppress: true, or remove faq",
)  # fmt: skip
FAQ_PLACE = Check(
    "faq-unusable", "error", "ルール {id} の faq「{faq}」は、報告した人が開けません", "faq of the rule {id}, “{faq}”, is nothing that a reporter can open",
    "https:// で始まるアドレスか、FAQ を探す言葉を書いてください", "write an address that begins with https://, or words to search the FAQ for",
)  # fmt: skip
UNGATHERED = Check(
    "similar-without-gather", "warning", "ルール {id} は同様の報告を数えますが、一件にまとめません", "the rule {id} counts similar reports and does not make one case of them",
    "then に gather: true を加えてください", "add gather: true to then",
)  # fmt: skip
GATHER = Check(
    "gather-without-similar", "warning", "ルール {id} は、同様の報告を数えずに一件にまとめます", "the rule {id} makes one case of reports without counting similar ones",
    "when に similar: {{count: 3, within: 10m}} のように加えてください", "add similar to when, as in similar: {{count: 3, within: 10m}}",
)  # fmt: skip
LANGUAGE = Check(
    "reason-missing", "error", "ルール {id} の理由（{field}）が空です", "the reason of the rule {id} is empty ({field})",
    "日本語と英語の両方で、一文ずつ書いてください", "write one sentence in Japanese and one in English",
)  # fmt: skip
SHORT = Check(
    "word-too-short", "warning", "「{word}」は短すぎ、関係のない報告にも当たります", "“{word}” is so short that it stands in reports about other things",
    "二文字以上の語にしてください", "use a word of two letters or more",
)  # fmt: skip
BLANK = Check(
    "word-blank", "error", "空白だけの語があります", "a word consists of nothing but spaces",
    "語を書くか、消してください", "write a word, or remove it",
)  # fmt: skip
P1_LATER = Check(
    "p1-not-now", "error", "ルール {id} は P1 にしながら、負荷レベルを {load} にしています", "the rule {id} makes it a P1 and gives it load {load}",
    "load を消してください", "remove load",
)  # fmt: skip
P1_QUIET = Check(
    "p1-without-phone", "warning", "ルール {id} は P1 にしながら、電話を使いません", "the rule {id} makes it a P1 and does not use the phone",
    "channels に phone を加えるか、channels を消してください", "add phone to channels, or remove channels",
)  # fmt: skip
P1_PUT_OFF = Check(
    "p1-put-off", "error", "ルール {id} は、表で P1 になる報告にも負荷レベル {load} を与え、すぐに連絡しません", "the rule {id} gives load {load} to reports that the matrix makes a P1 too: nobody is told at once",
    "when に urgency や impact を加えて P1 になる報告を除くか、load を消してください", "leave those out by urgency or impact at when, or remove load",
)  # fmt: skip
P1_SUPPRESSED = Check(
    "p1-suppressed", "warning", "ルール {id} は、表で P1 になる報告でも、だれも呼び出しません", "the rule {id} pages nobody, for reports that the matrix makes a P1 too",
    "when に urgency や impact を加えて、P1 になる報告を除いてください", "leave those out by urgency or impact at when",
)  # fmt: skip
TEXTS = ("words", "also", "without", "done")  # looked for in what people wrote
MOST_AMOUNT, MOST_MINUTES = 10**12, 100_000  # what a report can say
MOST_COMPARED = 300  # rules of one effect; comparing each with each takes longer than anybody waits beyond that


def lint(policy: Policy, known: Known) -> Iterator[Finding]:
    """The findings of this family."""
    for index, rule in enumerate(policy.rules):
        place: Place = ("rules", index)
        yield from _conditions(place, rule)
        yield from _effect(place, rule)
        yield from _reason(place, rule)
        yield from _floor(place, rule, policy)
        yield from _quiet(place, rule, policy)
    yield from _covered(policy.rules)
    yield from _suppressing(policy.rules)


def _conditions(place: Place, rule: Rule) -> Iterator[Finding]:
    wrong = {n: why for n, c in enumerate(rule.when) if (why := _impossible(c))}
    check = NEVER if len(wrong) == len(rule.when) else PART_NEVER
    for number, (ja, en) in wrong.items():
        yield check.at((*place, "when", number), id=rule.id, why_ja=ja, why_en=en)
    known = [sets(c) for c in rule.when]
    for number, here in enumerate(known):
        if any(
            covers(other, here) and (n < number or not covers(here, other))
            for n, other in enumerate(known)
            if n != number
        ):
            yield PART_COVERED.at((*place, "when", number), id=rule.id)
    for number, condition in enumerate(rule.when):
        for field in (*TEXTS, "plan", "product", "source"):
            for n, word in enumerate(getattr(condition, field) or ()):
                if not fold(word).strip():
                    yield BLANK.at((*place, "when", number, field, n))
                elif field in TEXTS and len(fold(word).strip()) < 2 and fold(word).strip().isascii():
                    yield SHORT.at((*place, "when", number, field, n), word=word)


def _impossible(c: Condition) -> tuple[str, str] | None:
    """Why a condition can never hold, in both languages."""
    for field in ("kind", "urgency", "impact", "words", "also", "done", "plan", "product", "source"):
        if getattr(c, field) == ():
            return f"{FIELDS[field].ja}が空", f"{field} is empty"
    for field, words in (("words", c.words), ("also", c.also)):
        if words and c.without and all(any(stands(o, fold(w)) for o in c.without) for w in words):
            return f"{field} のどの語にも without の語が含まれる", f"each of {field} contains one of without"
    if c.amount_at_least is not None and c.amount_at_least > MOST_AMOUNT:
        return "そのような金額は報告できない", "no report can name such an amount"
    if c.estimate_over is not None and c.estimate_over >= MOST_MINUTES:
        return "そのような見込み時間は報告できない", "no report can name such an estimate"
    return None


def _effect(place: Place, rule: Rule) -> Iterator[Finding]:
    then, here = rule.then, (*place, "then")
    given = [field for field in Effect.model_fields if field not in ("suppress", "faq") and getattr(then, field)]
    more = [field for field in given if field != "restrict"]
    counts = [c.similar is not None for c in rule.when]
    if not given and not then.suppress:
        yield NOTHING.at(here, id=rule.id)
    if then.suppress and more:
        yield SUPPRESS_MORE.at(here, id=rule.id, fields=", ".join(more))
    if then.faq and not then.suppress:
        yield FAQ.at((*here, "faq"), id=rule.id)
    if then.faq.startswith("/") or ("://" in then.faq and not then.faq.startswith("https://")):
        yield FAQ_PLACE.at((*here, "faq"), id=rule.id, faq=then.faq)
    if any(counts) and not then.gather:
        yield UNGATHERED.at(here, id=rule.id)
    if then.gather and not all(counts):
        yield GATHER.at((*here, "gather"), id=rule.id)
    if Priority.P1 in (then.priority, then.at_least):
        if then.load not in (None, 1):
            yield P1_LATER.at((*here, "load"), id=rule.id, load=then.load)
        if then.channels and Channel.PHONE not in then.channels:
            yield P1_QUIET.at((*here, "channels"), id=rule.id)


def _reason(place: Place, rule: Rule) -> Iterator[Finding]:
    for field in ("ja", "en"):
        if not getattr(rule.reason, field).strip():
            yield LANGUAGE.at((*place, "reason", field), id=rule.id, field=FIELDS[field])


def _floor(place: Place, rule: Rule, policy: Policy) -> Iterator[Finding]:
    """A floor that lies under everything the matrix can give here; a rule before it may have lowered the priority."""
    floor = rule.then.at_least
    if floor is None or rule.then.priority or any(other.then.priority for other in policy.rules):
        return
    if all(cell and cell.value <= floor.value for cell in _cells(rule, policy)):
        yield IDLE.at((*place, "then", "at_least"), id=rule.id, priority=floor.value)


def _cells(rule: Rule, policy: Policy) -> list[Priority | None]:
    """What the matrix can say of a report for which a rule holds."""
    return [
        policy.matrix.get(urgency, {}).get(impact)
        for c in rule.when
        for urgency in c.urgency or Urgency
        for impact in c.impact or Impact
    ]


def _quiet(place: Place, rule: Rule, policy: Policy) -> Iterator[Finding]:
    """A rule that lets a P1 of the matrix wait, or pages nobody for it. One that calls it an incident puts nothing off."""
    then, here = rule.then, (*place, "then")
    if _is_incident(then) or Priority.P1 not in _cells(rule, policy):
        return
    if then.suppress:
        yield P1_SUPPRESSED.at((*here, "suppress"), id=rule.id)
    elif then.load not in (None, 1):
        yield P1_PUT_OFF.at((*here, "load"), id=rule.id, load=then.load)


def _covered(rules: tuple[Rule, ...]) -> Iterator[Finding]:
    """Rules that do the same as another that holds whenever they do; of two that are alike, the later one."""
    alike: dict[Effect, list[tuple[int, list[Sets]]]] = defaultdict(list)
    for index, rule in enumerate(rules):
        alike[rule.then].append((index, [sets(c) for c in rule.when]))
    for group in alike.values():
        for index, narrow in group if len(group) <= MOST_COMPARED else ():
            others = ((n, wide) for n, wide in group if n != index and _whenever(wide, narrow))
            by = next((n for n, wide in others if n < index or not _whenever(narrow, wide)), None)
            if by is not None:
                yield COVERED.at(("rules", index), id=rules[index].id, by=rules[by].id)


def _suppressing(rules: tuple[Rule, ...]) -> Iterator[Finding]:
    """Rules that say "this is not an incident" where another always says that it is."""
    incidents = [(rule, [sets(c) for c in rule.when]) for rule in rules if _is_incident(rule.then)]
    suppressing = [
        (index, rule) for index, rule in enumerate(rules) if rule.then.suppress and not _is_incident(rule.then)
    ]
    for index, rule in suppressing if len(incidents) * len(suppressing) <= MOST_COMPARED**2 else ():
        narrow = [sets(c) for c in rule.when]
        winner = next((other for other, wide in incidents if _whenever(wide, narrow)), None)
        if winner is not None:
            yield SUPPRESS_LOSES.at(("rules", index, "then", "suppress"), id=rule.id, by=winner.id)


def _whenever(wide: list[Sets], narrow: list[Sets]) -> bool:
    """Whether one rule holds whenever another does."""
    return all(any(covers(w, n) for w in wide) for n in narrow)


def _is_incident(then: Effect) -> bool:
    return bool(not then.suppress and (then.priority or then.at_least or then.only or then.add or then.gather))
