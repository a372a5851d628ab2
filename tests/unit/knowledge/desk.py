"""An archive of a help desk as the tests see it: one payment outage among everyday cases in Japanese and English."""

from datetime import UTC, datetime, timedelta

from services.knowledge.domain.ranking import Record

MORNING = datetime(2026, 4, 1, 9, tzinfo=UTC)
PAYMENT = Record(
    "payment",
    MORNING,
    "決済が全店舗で失敗する",
    "POS 端末 312 台でタイムアウト。",
    "決済ゲートウェイの証明書を更新した",
)
_OTHERS = (
    ("refund", "返金を希望している", "二重に請求されたとお怒り。", "店長の承認で全額を返金した"),
    ("login", "ログインできない", "社員番号を入れても弾かれる。", "アカウントのロックを解除した"),
    ("password", "パスワードを忘れた", "再設定のメールが届かない。", "迷惑メールの設定を直した"),
    ("printer", "プリンターで印刷できない", "二階の複合機。用紙は入っている。", "ドライバーを入れ直した"),
    ("wifi", "会議室の無線がつながらない", "来客用の Wi-Fi。", "アクセスポイントを再起動した"),
    ("slow", "在庫画面が重い", "検索に 40 秒かかる。", "索引を作り直した"),
    ("delivery", "商品が届かない", "配送業者の追跡では配達済み。", "再送した"),
    ("stock", "在庫数が合わない", "棚卸の後から差異がある。", "取込の重複を消した"),
    ("privacy", "顧客情報を誤送信した", "別のお客様の住所が入っていた。", "責任者に報告し、お詫びした"),
    ("harass", "電話で暴言を受けている", "一時間以上切ってもらえない。", "上司が代わった"),
    ("air", "事務所の冷房が効かない", "室温が 31 度。", "業者が点検した"),
    ("vpn", "自宅から社内に接続できない", "VPN のエラー 809。", "証明書を配り直した"),
    ("receipt", "領収書を再発行してほしい", "宛名の間違い。", "PDF で送った"),
    ("cancel", "注文を取り消したい", "発送の前。", "注文を取り消した"),
    ("quit", "解約の手続きを知りたい", "契約は来月まで。", "申込用紙を案内した"),
    ("leave", "有給の残りを知りたい", "勤怠の画面に出ない。", "人事に確認した"),
    ("expense", "交通費の精算が戻された", "領収書の添付がない。", "添付して再申請した"),
    ("scanner", "バーコードを読み取れない", "倉庫の三番の機械。", "レンズを拭いた"),
    ("batch", "夜間の集計が止まっている", "ディスクがいっぱい。", "古い記録を退避した"),
    ("takasaki", "髙﨑①㈱🔥 の請求書の宛名", "「高崎」と印字された。", "名義を直した"),
    ("sound", "ウェブ会議で声が聞こえない", "マイクが選ばれていない。", "設定を案内した"),
    ("key", "社員証で扉が開かない", "昨日から。", "カードを再発行した"),
    ("en-login", "Cannot log in to the portal", "Customer gets access denied.", "Unlocked the account"),
    ("en-invoice", "Invoice shows the wrong tax", "Charged twice for March.", "Sent a corrected invoice"),
    ("en-slow", "Dashboard is very slow", "Timeout after 30 seconds.", "Added an index"),
    ("en-ship", "Parcel never arrived", "Tracking says delivered.", "Sent a replacement"),
    ("en-mail", "Customers cannot receive e-mail", "Our domain is on a block list.", "Asked for removal"),
    ("en-register", "How do customers register an account?", "They look for the form.", "Pointed to the sign-up page"),
    ("en-printer", "Label printer is offline", "Warehouse 3.", "Replaced the cable"),
    ("en-refund", "Customer wants a refund", "Item came damaged.", "Manager approved"),
    ("en-app", "Mobile app crashes at start", "Android 15 only.", "Rolled back the release"),
)
ARCHIVE = [
    PAYMENT,
    *(
        Record(key, MORNING + timedelta(days=day), title, problem, handling)
        for day, (key, title, problem, handling) in enumerate(_OTHERS, 1)
    ),
]
