"""What the entries of a policy are called, and how their values are said, in both languages."""

from collections.abc import Iterable
from enum import Enum

from services.router.domain.times.duration import Duration
from shared.contracts.plan import Reason


def _pairs(text: str) -> dict[str, Reason]:
    """Lines of `key|Japanese|English`."""
    split = (line.split("|") for line in text.strip().splitlines())
    return {key: Reason(ja=ja, en=en) for key, ja, en in split}


FIELDS = _pairs("""
matrix|優先度の表|matrix
priorities|優先度|priorities
priority|優先度|priority
at_least|優先度の下限|at least
first_response|初回応答|first response
first_handling|一次対応|first handling
next_update|次の経過報告|next update
resolution|解決|resolution
path|経路|path
load|負荷レベル|load
channels|連絡手段|channels
levels|段階|level
level|段階|level
authority|権限者への連絡|authority
first|最初の相手|first asked
targets|相手|targets
only|相手（置き換え）|only
add|相手（追加）|also
role|役割|part
acknowledge|応答の要件|acknowledge
repeat|くり返し|repeat
nobody_on_duty|当番がいないとき|nobody on duty
rules|ルール|rules
rule|ルール|rule
id|ID|id
when|条件|condition
then|扱い|effect
reason|理由|reason
ja|日本語|Japanese
en|英語|English
kind|種別|kind
urgency|緊急度|urgency
impact|影響範囲|impact
words|語|words
also|さらに要る語|also
without|除く語|without
done|対応済みの語|done
plan|契約プラン|customer plan
product|製品|product
source|送り元|source
amount_at_least|金額（以上）|amount at least
estimate_over|見込み時間（分、超）|estimate over (minutes)
wanted_within|希望の期限まで|wanted within
personal_data|個人情報|personal data
similar|同様の報告|similar reports
count|件数|count
within|期間|within
gather|一件にまとめる|gather
restrict|関係者だけが読める|restrict
restricted|関係者だけが読める|restricted
suppress|呼び出さない|suppress
suppressed|呼び出さない|suppressed
faq|FAQ|FAQ
people|人|people
person|人|person
name|名前|name
teams|チーム|teams
team|チーム|team
roles|役割|parts
products|担当製品|products
schedules|当番表|schedules
schedule|当番表|schedule
layers|層|layer
zone|タイムゾーン|time zone
every|交代の間隔|every
unit|単位|unit
start|開始|start
until|終了|until
hours|時間帯|hours
weekdays|曜日|weekdays
weekday|曜日|weekday
holidays|祝日|holidays
calendars|カレンダー|calendars
calendar|カレンダー|calendar
always|24 時間|always
closed|休業日|days off
open|臨時営業|extra opening
default_team|既定のチーム|default team
catch_all|最終担当者|catch-all
owner|方針の持ち主|owner of the policy
review_every|見直しの間隔|review every
digest|週次ダイジェスト|weekly digest
at|時刻|at
cases|確かめる一覧|test table
says|説明|says
says_en|説明（英語）|says (English)
report|報告|report
""")
ROLES = _pairs("""
first_line|一次対応|first line
second_line|二次対応|second line
leader|現場リーダー|leader
manager|管理者|manager
responsible|責任者|responsible person
department|担当部署|department
""")
VALUES = ROLES | _pairs("""
functional|機能的|functional
hierarchical|階層的|hierarchical
phone|電話|phone
sms|SMS|text message
push|プッシュ通知|push notification
chat|チャット|chat
email|メール|e-mail
webhook|Webhook|webhook
ticket|チケット|ticket
catch_all|最終担当者へ|ask the catch-all
hold|次の当番まで待つ|wait for the shift
any|だれか一人|any one
critical|重大|critical
high|高|high
medium|中|medium
low|低|low
all|全体|all
some|一部|some
one|個別|one
outage|障害|outage
defect|不具合|defect
complaint|クレーム|complaint
refund|返金・補償|refund
harassment|ハラスメント|harassment
other|その他|other
""")
_UNITS = _pairs("""
s|秒|s
m|分|min
h|時間|h
d|日|d
bh|営業時間|business h
bd|営業日|business d
""")
NOTHING = Reason(ja="なし", en="none")
EVERYBODY = Reason(ja="全員", en="everybody")


def said(value: object, field: str = "") -> Reason:
    """One value of a field in words: durations, booleans and the words of the vocabulary; everything else as it stands."""
    if field == "acknowledge" and value == "all":
        return EVERYBODY
    if value is None or value == "" or value == [] or value == ():
        return NOTHING
    if isinstance(value, bool):
        return Reason(ja="はい" if value else "いいえ", en="yes" if value else "no")
    text = str(value.value if isinstance(value, Enum) else value)
    try:
        duration = Duration.parse(text)
    except ValueError:
        return VALUES.get(text, Reason(ja=text, en=text))
    amount, unit = str(duration).removesuffix(duration.unit), _UNITS[duration.unit]
    return Reason(ja=amount + unit.ja, en=f"{amount} {unit.en}")


def listed(value: object, field: str = "") -> Reason:
    """A value of a field, or several, in words."""
    if isinstance(value, Iterable) and not isinstance(value, str | Enum):
        words = [said(item, field) for item in value]
        return Reason(ja="、".join(w.ja for w in words), en=", ".join(w.en for w in words)) if words else NOTHING
    return said(value, field)
