"""The table of the dashboards: what each panel asks Prometheus, and what a tired person looks for in it."""

from dataclasses import dataclass
from typing import Literal

EVERY = "$__rate_interval"  # Grafana puts in what fits the picture and the scrape


@dataclass(frozen=True)
class Panel:
    """One picture. `asks` is legend → PromQL; `red` the value from which on somebody acts; `alert` names its runbook."""

    title: str
    ja: str  # what to look for
    en: str
    asks: dict[str, str]
    unit: str = "short"
    red: float | None = None
    alert: str = ""
    kind: Literal["timeseries", "stat"] = "timeseries"


def number(title: str, ja: str, en: str, asks: str, red: float, alert: str, unit: str = "short") -> Panel:
    """A panel that shows one value as it is now."""
    return Panel(title, ja, en, {"": asks}, unit, red, alert, "stat")


def rate(series: str, by: str) -> str:
    """What happens a second, by a label."""
    return f"sum by ({by}) (rate({series}[{EVERY}]))"


def quantiles(series: str, by: str = "") -> dict[str, str]:
    """The median and the 99th percentile of a histogram, by a label or of all together."""
    among, legend = (f"le, {by}", f" {{{{{by}}}}}") if by else ("le", "")
    return {
        f"{name}{legend}": f"histogram_quantile({part}, sum by ({among}) (rate({series}[{EVERY}])))"
        for name, part in (("p50", 0.5), ("p99", 0.99))
    }


def errors(selector: str = "") -> str:
    """The share of answers that are errors of ours, by service; 0 where there is none."""
    failed, asked = (f"tasuki_http_request_seconds_count{{{s}}}" for s in (f'status=~"5.."{selector}', selector[1:]))
    return f"({rate(failed, 'job')} or 0 * {rate(asked, 'job')}) / {rate(asked, 'job')}"


FAILED = " / ".join(
    rate(f"tasuki_notify_attempts_total{of}", "channel")
    for of in ('{outcome="failed"}', '{outcome=~"accepted|failed"}')
)
OVERVIEW = (
    number("試験の呼び出し / last canary",
        "最後に届いてからの秒数。120 秒を超えたら、呼び出しは届いていないと考えてください。値がなければ監視が止まっています",
        "Seconds since one came. Over 120, take it that no page arrives; without a value the watchdog is away",
        "max(tasuki_canary_age_seconds)", 120, "TasukiCanaryOld", "s"),
    number("届かない回数 / canaries missed",
        "続けて届かなかった数。1 でも手順書を見てください",
        "How many in a row did not come. One is enough for the runbook",
        "max(tasuki_canary_missed)", 1, "TasukiCanaryLate"),
    number("監視の警報 / watchdog's alarm",
        "1 なら警報中。値がなければ監視そのものを見てください",
        "1 is an alarm; without a value look at the watchdog itself",
        "max(tasuki_watchdog_alarm)", 1, "TasukiWatchdogAway"),
    number("準備できないサービス / not ready",
        "監視から見て準備完了でないサービスの数です",
        "Services that the watchdog finds not ready",
        "sum(1 - tasuki_watchdog_service_ready)", 1, "TasukiServiceDown"),
    number("値の届かないサービス / silent services",
        "Prometheus に値を出していないサービスの数です",
        "Services that give Prometheus no figures",
        '5 - count(count by (job) (tasuki_outbox_oldest_seconds{job=~"intake|router|timer|notifier|knowledge"}))', 1, "TasukiServiceGone"),
    number("応答のない急ぎの案件 / urgent, unanswered",
        "最も古い急ぎの案件が待つ時間。1 時間を超えたら、人が電話してください",
        "How long the oldest urgent case waits. Over an hour, call somebody yourself",
        'max(tasuki_unacknowledged_oldest_seconds{load="1"})', 3600, "TasukiCasesUnacknowledged", "s"),
    number("だれも見ていない案件 / unattended",
        "期限も判定もない未完了の案件の数です",
        "Open cases without a plan or a running clock",
        "sum(tasuki_unattended_cases)", 1, "TasukiCasesUnattended"),
    number("処理できなかった記録 / dead letters, a day",
        "この 1 日に取り分けた数。原因を直してから、運用ページでもう一度処理してください",
        "Set aside in a day. Mend the cause, then handle them again on the operations page",
        "sum(increase(tasuki_records_parked_total[1d]))", 1, "TasukiRecordsParked"),
    number("呼び出しに必要な未処理の記録 / dead letters that hold calls",
        "その案件ではだれも呼び出されないことがあります。すぐに当番へ電話してください",
        "For these cases nobody may be called. Telephone who is on duty now",
        'max(tasuki_dead_letters_open{pages="yes"})', 1, "TasukiCaseParked"),
    number("要確認の通知 / quarantine",
        "読めずに取り置いた通知。連携先の設定を見てください",
        "Deliveries that could not be read. Look at the set-up of their source",
        "max(tasuki_intake_quarantined)", 1, "TasukiQuarantineWaiting"),
    number("置き場所がなく断った添付 / files without room, a day",
        "保管場所を広げるか、終わった案件の添付を片付けてください",
        "Make more room, or take away what finished cases no longer need",
        'sum(increase(tasuki_intake_attachments_total{verdict="files-no-room"}[1d]))', 1, "TasukiFilesRefused"),
    Panel("未送信の最古 / oldest unpublished",
        "右上がりなら、そのサービスから Kafka に出ていません",
        "A line that climbs: this service cannot publish",
        {"{{job}}": "max by (job) (tasuki_outbox_oldest_seconds)"}, "s", 60, "TasukiOutboxStuck"),
    Panel("残せていない変更 / changes not archived",
        "右上がりなら、バックアップはそこで途切れ、やがてデータベースのディスクが埋まります",
        "A line that climbs: backups end there, and the disk of the database fills",
        {"": "max(tasuki_database_unarchived_seconds)"}, "s", 900, "TasukiArchiveFailing"),
    Panel("未処理の最古 / oldest unhandled",
        "右上がりなら、そのサービスは記録を処理できていません",
        "A line that climbs: this service does not get on with the log",
        {"{{job}}": "max by (job) (tasuki_records_waited_seconds)"}, "s", 60, "TasukiLogStuck"),
    Panel("応答待ちの最古 / oldest unanswered",
        "1 はいま、2 は翌営業日、3 は週次のまとめです",
        "1 is now, 2 the next business day, 3 the weekly digest",
        {"{{load}}": "max by (load) (tasuki_unacknowledged_oldest_seconds)"}, "s", None, "TasukiCasesUnacknowledged"),
    Panel("失敗して始め直した処理 / loops that failed, a minute",
        "続くものだけが問題です。名前をログで探してください",
        "Only what goes on is trouble. Look for the name in the log",
        {"{{loop}}": f"60 * {rate('tasuki_loop_failures_total', 'loop')}"}, "short", 6, "TasukiLoopFailing"),
    Panel("処理した記録 / records handled, a second",
        "ふだんの高さから 0 に落ちた線を探してください",
        "Look for a line that fell from its usual height to zero",
        {"{{job}} {{topic}}": rate("tasuki_records_consumed_total", "job, topic")}, "short", None, "TasukiLogStuck"),
    Panel("記録の処理時間 / time to handle a record",
        "点は、その時間がかかった例です。選ぶとトレースが開きます",
        "A point is an example of what took that long; it leads to its trace",
        quantiles("tasuki_record_handling_seconds_bucket", "job"), "s", None, "TasukiLogStuck"),
    Panel("読み直した記録 / records read again",
        "0 でなければ、データベースが失った記録を読み直しています",
        "Not zero: the database had lost them, after a restore or a fail-over",
        {"{{job}}": "max by (job) (tasuki_records_read_again_total)"}, "short", 1, "TasukiReadAgain"),
    Panel("出した記録 / records published, a second",
        "受付があるのに router が 0 なら、案件は進んでいません",
        "Deliveries come and router says nothing: cases stand still",
        {"{{job}}": rate("tasuki_outbox_published_total", "job")}, "short", None, "TasukiOutboxStuck"),
)  # fmt: skip
DELIVERY = (
    Panel("手段ごと / by channel, a second",
        "途切れた手段を探してください",
        "Look for a channel that stopped",
        {"{{channel}}": rate("tasuki_notify_attempts_total", "channel")}, "short", None, "TasukiPagesFailing"),
    Panel("結果ごと / by outcome, a second",
        "failed と ambiguous が増えていないかを見てください",
        "Do failed and ambiguous grow?",
        {"{{outcome}}": rate("tasuki_notify_attempts_total", "outcome")}, "short", None, "TasukiPagesFailing"),
    Panel("呼び出しが出るまで / until a page is out",
        "p99 が高い手段は、混んでいるか、事業者が遅くなっています",
        "A channel with a high p99 is crowded, or its provider is slow",
        quantiles('tasuki_notify_seconds_bucket{purpose="page"}', "channel"), "s", None, "TasukiProviderResting"),
    Panel("失敗の割合 / share that failed",
        "2 割を超えた手段は、次の手段で補われています。事業者を見てください",
        "Over a fifth, the next channel stands in. Look at the provider",
        {"{{channel}}": FAILED}, "percentunit", 0.2, "TasukiPagesFailing"),
    Panel("休ませている事業者 / providers resting",
        "1 の間、その事業者には送りません",
        "While it is 1, nothing is sent there",
        {"{{provider}}": "max by (provider) (tasuki_notify_provider_resting)"}, "short", 1, "TasukiProviderResting"),
    Panel("送り直し / retries, a second",
        "一つの手段だけなら事業者、全部ならこちらの網を疑ってください",
        "One channel: its provider. All of them: our own network",
        {"{{channel}}": rate('tasuki_notify_attempts_total{outcome="retryable"}', "channel")}, "short", None, "TasukiProviderResting"),
    Panel("応答 / answers, a second",
        "送っているのに応答が 0 なら、届いていないかもしれません",
        "Much goes out and nobody answers: perhaps nothing arrives",
        {"{{channel}}": rate('tasuki_notify_attempts_total{outcome="acknowledged"}', "channel")}, "short", None, "TasukiCasesUnacknowledged"),
    Panel("壊れた文面 / broken texts, an hour",
        "変えた文面が使えず、標準の文面で送った数です。文面を直してください",
        "A changed text failed and the standard one went out. Mend the text",
        {"{{text}}": "sum by (text) (increase(tasuki_texts_broken_total[1h]))"}, "short", 1),
    Panel("送らなかった似た案件 / similar cases left out, an hour",
        "呼び出しは遅れません。away が続くなら knowledge と intake を見てください",
        "No page is late for it. While away goes on, look at knowledge and intake",
        {"{{why}}": "sum by (why) (increase(tasuki_precedents_dropped_total[1h]))"}, "short"),
)  # fmt: skip
TIMER = (
    Panel("期限の判定の遅れ / lateness",
        "p99 が 1 秒を超えたら、時計、データベース、負荷の順に見てください",
        "With p99 over a second look at the clock, the database and the load, in this order",
        quantiles("tasuki_deadline_lateness_seconds_bucket"), "s", 1, "TasukiDeadlinesLate"),
    Panel("判定した期限 / deadlines said, a second",
        "急な山は、まとめて期限が来たか、止まっていた後です",
        "A sudden hill: many were due at once, or timer stood still before",
        {"{{job}}": rate("tasuki_deadline_lateness_seconds_count", "job")}, "short", None, "TasukiDeadlinesLate"),
    Panel("時計のずれ / clock difference",
        "2 秒を超えたら、その機械の時刻合わせを見てください",
        "Over two seconds, look at the time service of that machine",
        {"{{instance}}": "abs(tasuki_clock_difference_seconds)"}, "s", 2, "TasukiClockWrong"),
    Panel("確かめ中の判定 / not read back yet",
        "減らなければ、Kafka に出ていないか、読めていません",
        "When it does not fall, Kafka does not take them or gives none back",
        {"{{instance}}": "tasuki_deadline_unconfirmed"}, "short", None, "TasukiOutboxStuck"),
    Panel("だれも見ていない案件 / unattended cases",
        "no-plan は router、no-clock は timer を見てください",
        "no-plan: look at router; no-clock: at timer",
        {"{{what}}": "sum by (what) (tasuki_unattended_cases)"}, "short", 1, "TasukiCasesUnattended"),
    Panel("直した案件 / cases mended, an hour",
        "監査が直した数です。0 でなければ、その時刻のログを読んでください",
        "What the audit set right. Not zero: read the log of that time",
        {"{{job}}": "sum by (job) (increase(tasuki_deadlines_mended_total[1h]))"}, "short", 1, "TasukiCasesUnattended"),
)  # fmt: skip
INTAKE = (
    Panel("届いた通知 / deliveries, a second",
        "rejected は鍵、malformed は形、shed は混雑です",
        "rejected: a key; malformed: a shape; shed: too much at once",
        {"{{verdict}}": rate("tasuki_intake_deliveries_total", "verdict")}, "short", None, "TasukiDoorRefusing"),
    Panel("連携先ごと / by source, a second",
        "急に増えた連携先、止まった連携先を探してください",
        "Look for a source that floods, or one that stopped",
        {"{{source}}": rate("tasuki_intake_deliveries_total", "source")}, "short", None, "TasukiDoorRefusing"),
    Panel("信じなかった通知 / not believed, an hour",
        "シークレットが合わない連携先です。送り直されません",
        "Senders whose secret does not fit; hardly any tries again",
        {"{{source}}": 'sum by (source) (increase(tasuki_intake_deliveries_total{verdict="rejected"}[1h]))'}, "short", 5, "TasukiSenderRejected"),
    Panel("断った通知 / sent away, a second",
        "送り手は後で送り直します。続くなら、プロセスを増やすか、あふれさせている連携先を止めてください",
        "Senders try again. When it goes on, scale out or stop the source that floods",
        {"{{job}}": rate("tasuki_intake_refused_total", "job")}, "short", 1, "TasukiDoorRefusing"),
    Panel("順番を待つ通知 / deliveries that wait",
        "右上がりなら、処理が追いついていません",
        "A line that climbs: the work does not keep up",
        {"{{instance}}": "tasuki_intake_arrivals_waiting"}, "short", 1000, "TasukiArrivalsWaiting"),
    Panel("待つ通知の最古 / oldest that waits",
        "急ぎの案件がこの中で待っているかもしれません",
        "An urgent case may be among them",
        {"{{instance}}": "(time() - tasuki_intake_arrivals_since_seconds) * (tasuki_intake_arrivals_since_seconds > bool 0)"}, "s", None, "TasukiArrivalsWaiting"),
    Panel("受付の応答時間 / answers to POST",
        "送り手は数秒しか待ちません",
        "Senders wait some seconds only",
        quantiles('tasuki_http_request_seconds_bucket{job="intake",method="POST"}'), "s", None, "TasukiDoorFailing"),
    Panel("エラーの割合 / share of errors",
        "5% を超えたサービスのログを読んでください",
        "Over 5 %, read the log of that service",
        {"{{job}}": errors()}, "percentunit", 0.05, "TasukiDoorFailing"),
    Panel("応答の種類 / answers by status, a second",
        "503 は混雑か起動中、429 は送りすぎ、401 は鍵です",
        "503: crowded or starting; 429: one asker sends too much; 401: a key",
        {"{{status}}": rate('tasuki_http_request_seconds_count{job="intake"}', "status")}, "short", None, "TasukiDoorFailing"),
    Panel("門の中 / inside the gates",
        "上限に張り付いていれば混雑しています",
        "Stuck at its limit: the door is crowded",
        {"{{gate}}": "sum by (gate) (tasuki_intake_inside)"}, "short", None, "TasukiDoorRefusing"),
    Panel("配信中の読み手 / open streams",
        "急に 0 なら、画面は古いままです",
        "Suddenly zero: screens are old",
        {"{{job}}": "sum by (job) (tasuki_intake_listeners)"}),
    Panel("送り出した Webhook / webhooks out, a second",
        "failed は相手のエラーです。送り直します",
        "failed is the other side's error; it is tried again",
        {"{{outcome}}": rate("tasuki_intake_pushed_total", "outcome")}),
)  # fmt: skip
KNOWLEDGE = (
    Panel("要求 / requests, a second",
        "0 なら、案件の画面に記事が出ていません",
        "Zero: cases are shown without articles",
        {"{{route}}": rate('tasuki_http_request_seconds_count{job="knowledge"}', "route")}, "short", None, "TasukiServiceDown"),
    Panel("応答時間 / time to answer",
        "遅くても呼び出しは遅れません。翌営業日でかまいません",
        "Slow here delays no page; it can wait for the day",
        quantiles('tasuki_http_request_seconds_bucket{job="knowledge"}'), "s"),
    Panel("エラーの割合 / share of errors",
        "呼び出しには影響しません",
        "No page depends on it",
        {"{{job}}": errors(',job="knowledge"')}, "percentunit", 0.05, "TasukiDoorFailing"),
    Panel("読んだ記録 / records read, a second",
        "案件から学んでいるかを見てください",
        "Does it learn from cases?",
        {"{{topic}}": rate('tasuki_records_consumed_total{job="knowledge"}', "topic")}, "short", None, "TasukiLogStuck"),
    Panel("未処理の最古 / oldest unhandled",
        "右上がりなら、索引が古くなっていきます",
        "A line that climbs: the index grows old",
        {"{{job}}": 'max by (job) (tasuki_records_waited_seconds{job="knowledge"})'}, "s", 60, "TasukiLogStuck"),
    Panel("取り分けた記録 / dead letters, an hour",
        "原因を直し、運用ページでもう一度処理してください",
        "Mend the cause, then handle them again on the operations page",
        {"{{topic}}": 'sum by (topic) (increase(tasuki_records_parked_total{job="knowledge"}[1h]))'}, "short", 1, "TasukiRecordsParked"),
    Panel("検索に入らない記録 / left out of the search",
        "ログの left out of the search に、案件や記事の ID と理由があります",
        "The log says which case or article, and why: left out of the search",
        {"{{instance}}": "tasuki_index_left_out"}, "short", 1),
)  # fmt: skip
DASHBOARDS = {
    "overview": ("全体 / overview", OVERVIEW),
    "delivery": ("配信 / delivery", DELIVERY),
    "timer": ("期限 / timer", TIMER),
    "intake": ("受付 / intake", INTAKE),
    "knowledge": ("ナレッジ / knowledge", KNOWLEDGE),
}
