"""The words that people read for the words on the wire, in Japanese and English."""

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["ja", "en"]

WORDS: dict[str, tuple[str, str]] = {
    "status.received": ("受付", "Received"),
    "status.in_progress": ("対応中", "In progress"),
    "status.done": ("完了", "Done"),
    "path.functional": ("機能的エスカレーション（専門知識）", "Functional (expertise)"),
    "path.hierarchical": ("階層的エスカレーション（権限・期限）", "Hierarchical (authority or deadline)"),
    "channel.phone": ("電話", "phone"),
    "channel.sms": ("SMS", "text message"),
    "channel.push": ("プッシュ通知", "push notification"),
    "channel.webhook": ("Webhook", "webhook"),
    "channel.chat": ("チャット", "chat"),
    "channel.email": ("メール", "e-mail"),
    "channel.ticket": ("チケット", "ticket"),
    "via.api": ("システム", "through the API"),
    "via.link": ("メールのリンク", "through the link in the mail"),
    "via.phone": ("電話", "by phone"),
    "via.sms": ("SMS の返信", "by text message"),
    "via.push": ("プッシュ通知", "from the push notification"),
    "via.chat": ("チャット", "in the chat"),
    "via.email": ("メール", "by e-mail"),
    "via.console": ("画面", "in the console"),
    "deadline.first_response": ("初回応答", "First response"),
    "deadline.authority_response": ("判断者の応答", "Answer of somebody with authority"),
    "deadline.first_handling": ("一次対応", "First handling"),
    "deadline.next_update": ("次の経過報告", "Next update"),
    "deadline.resolution": ("解決", "Resolution"),
    "deadline_state.running": ("進行中", "running"),
    "deadline_state.paused": ("停止中", "paused"),
    "deadline_state.met": ("達成", "met"),
    "deadline_state.breached": ("超過", "breached"),
    "deadline_state.dropped": ("不要になり終了", "no longer needed"),
    "track.handling": ("対応", "handling"),
    "track.authority": ("判断", "authority"),
    "load.1": ("レベル1：すぐに対応", "Level 1: now"),
    "load.2": ("レベル2：翌営業日中に対応", "Level 2: within the next business day"),
    "load.3": ("レベル3：週次でまとめて確認", "Level 3: weekly digest"),
    "kind.outage": ("障害", "Outage"),
    "kind.defect": ("不具合", "Defect"),
    "kind.complaint": ("クレーム", "Complaint"),
    "kind.refund": ("返金・補償", "Refund or compensation"),
    "kind.harassment": ("ハラスメント", "Harassment"),
    "kind.other": ("その他", "Other"),
    "personal_data.yes": ("ある", "Yes"),
    "personal_data.no": ("ない", "No"),
    "urgency.critical": ("重大", "Critical"),
    "urgency.high": ("高", "High"),
    "urgency.medium": ("中", "Medium"),
    "urgency.low": ("低", "Low"),
    "impact.all": ("全体", "Everyone"),
    "impact.some": ("一部", "Some"),
    "impact.one": ("個別", "One"),
    "file.image/jpeg": ("JPEG 画像", "JPEG picture"),
    "file.image/png": ("PNG 画像", "PNG picture"),
    "file.image/webp": ("WebP 画像", "WebP picture"),
    "file.application/pdf": ("PDF", "PDF"),
    "file.text/plain": ("テキスト", "text"),
    "purpose.page": ("対応依頼", "page"),
    "purpose.warning": ("期限の予告", "deadline warning"),
    "purpose.progress": ("経過の連絡", "progress"),
    "purpose.test": ("連絡先の確認", "check of an address"),
    "purpose.result": ("結果の連絡", "result"),
    "outcome.accepted": ("送信を受け付け", "accepted by the provider"),
    "outcome.delivered": ("届いた", "delivered"),
    "outcome.answered": ("応答あり（確認はまだ）", "answered, not acknowledged"),
    "outcome.acknowledged": ("本人が引き受けた", "acknowledged"),
    "outcome.retryable": ("失敗、再送する", "failed, will be tried again"),
    "outcome.failed": ("失敗、次の手段へ", "failed, the next channel goes out"),
    "outcome.ambiguous": ("届いたか不明", "outcome unknown"),
    "outcome.skipped": ("不要になり中止", "no longer needed"),
    "span.s": ("秒", " s"),
    "span.m": ("分", " min"),
    "span.h": ("時間", " h"),
    "span.d": ("日", " days"),
    "span.bh": ("営業時間", " business hours"),
    "span.bd": ("営業日", " business days"),
    "cause.submitted": ("受付", "submitted"),
    "cause.breached": ("期限超過", "deadline breached"),
    "cause.reassigned": ("担当変更", "reassigned"),
    "cause.reopened": ("再開", "reopened"),
    "cause.unreachable": ("連絡不能", "nobody reachable"),
    "cause.shift": ("当番の交代", "change of shift"),
    "cause.reassessed": ("優先度の見直し", "assessed anew"),
    "cause.missing": ("担当も期限もない案件の発見", "found with nobody on it"),
    "cause.undone": ("応答の取り消し", "answer taken back"),
    "drill.planned": ("予定", "Planned"),
    "drill.running": ("訓練中", "Running"),
    "drill.ended": ("終了", "Held"),
    "drill.cancelled": ("取りやめ", "Called off"),
    "drill.missed": ("見送り", "Not held"),
    "missing.no-plan": ("方針が適用されていない", "no plan was made"),
    "missing.no-clock": ("担当も動いている期限もない", "nobody has it and no clock runs"),
}

REJECTED: dict[str, tuple[str, str]] = {
    "no secret is set": ("シークレットがまだ登録されていません", "no secret is registered yet"),
    "signature": (
        "署名が一致しません（シークレットを確認してください）",
        "the signature does not match (check the secret)",
    ),
    "token": ("トークンが一致しません", "the token does not match"),
    "secret": ("シークレットが一致しません", "the secret does not match"),
    "topic": (
        "許可されていないトピックです（topics を確認してください）",
        "this topic is not one of the source (see the option `topics`)",
    ),
    "raw delivery": (
        "raw メッセージ配信では署名を確認できません（AWS の購読の設定で無効にしてください）",
        "raw message delivery cannot be signed (switch it off on the subscription in AWS)",
    ),
    "certificate": (
        "署名証明書の URL が正しくないか、有効期間外です",
        "the certificate of the signature is not where it should be, or not valid now",
    ),
    "certificate away": (
        "署名証明書を取得できませんでした（再送を待っています）",
        "the certificate of the signature cannot be fetched (it was asked to come again)",
    ),
    "time stamp": ("署名の時刻を読み取れません", "the time of the signature cannot be read"),
    "address": ("宛先アドレスのシークレットが一致しません", "the secret in the address does not match"),
    "author": (
        "差出人が許可されていません（from を確認してください）",
        "this author may not write (see the option `from`)",
    ),
    "dmarc": ("差出人の認証（DMARC）が確認できません", "the author was not found to be true (DMARC)"),
    "stale": ("署名の時刻が 5 分以上ずれています", "the time of the signature is more than 5 minutes away"),
}

BY_MACHINE: dict[str, tuple[str, str]] = {
    "ours": ("Tasuki が送ったメールです", "a mail that Tasuki has sent itself"),
    "bounce": ("不達通知です", "a mail that came back"),
    "auto-reply": ("自動返信です", "an automatic reply"),
    "list": ("メーリングリストのメールです", "traffic of a mailing list"),
}

IGNORED: dict[str, tuple[str, str]] = {
    "echo": ("Tasuki 自身の書き込みです", "Tasuki has written this there itself"),
    "late": ("すでに届いたものより古い内容です", "older than what is known already"),
    "no-case": ("対応する案件がありません", "there is no case of it"),
    "firing": ("同じグループのほかのアラートが続いています", "other alerts of its group go on"),
    "case-done": ("案件はすでに完了しています", "the case is done already"),
    "already-acknowledged": ("すでにほかの人が引き受けています", "somebody else has taken it already"),
    "case-linked": ("案件はほかの案件とまとめて対応中です", "the case is handled together with another one"),
    "person-needed": ("引き受けた人が分かりません", "nobody knows who has taken it"),
    "": ("案件の今の状態では受け付けられません", "the case as it stands does not allow it"),
}


def by_machine(verdict: str, language: Language) -> str:
    """Why what a machine wrote has opened nothing; "" for any other verdict."""
    ja, en = BY_MACHINE.get(verdict, ("", ""))
    return en if language == "en" else ja


def ignored(why: str, language: Language) -> str:
    """Why nothing came of a delivery; a code that has no words is shown as that the case did not allow it."""
    ja, en = IGNORED.get(why, IGNORED[""])
    return en if language == "en" else ja


def rejected(reason: str, language: Language) -> str:
    """Why a request was not believed; a reason that has no words is shown as it is."""
    ja, en = REJECTED.get(reason, (reason, reason))
    return en if language == "en" else ja


def word(group: str, value: str | int, language: Language) -> str:
    """The word for a value of a group; an unknown value is shown as it is."""
    ja, en = WORDS.get(f"{group}.{value}", (str(value), str(value)))
    return en if language == "en" else ja


def measure(size: int) -> str:
    """The size of a file in bytes as people say it."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1024 * 1000 else f"{size / 1024**2:.1f} MB"


def span(text: str, language: Language) -> str:
    """A duration of the policy ("5m", "1bd") as people say it; what cannot be read is shown as it is."""
    amount = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = text[len(amount) :]
    return f"{amount}{word('span', unit, language)}" if amount else text


def lasting(seconds: int, language: Language) -> str:
    """How long something took, as people say it, by its two largest units."""
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    sizes = (
        ("d", days, "h", hours),
        ("h", hours, "m", minutes),
        ("m", minutes, "s", seconds % 60 if minutes < 10 else 0),
    )
    for unit, amount, smaller, rest in sizes:
        if amount:
            more = f" {rest}{word('span', smaller, language)}" if rest else ""
            return f"{amount}{word('span', unit, language)}{more}"
    return f"{seconds}{word('span', 's', language)}"
