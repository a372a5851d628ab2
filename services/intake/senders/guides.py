"""What is pasted where on the side of each sender; `<URL>` and `<SECRET>` stand for those of the source, `<PASTE>` for what is pasted."""

from services.intake.senders.sender import Guide

_ZENDESK = """{
  "ticket_id": "{{ticket.id}}",
  "title": "{{ticket.title}}",
  "priority": "{{ticket.priority}}",
  "status": "{{ticket.status}}",
  "tags": "{{ticket.tags}}",
  "url": "{{ticket.link}}",
  "organization": "{{ticket.organization.name}}",
  "requester": {"name": "{{ticket.requester.name}}"},
  "assignee": "{{ticket.assignee.name}}",
  "group": "{{ticket.group.name}}",
  "updated_at": "{{ticket.updated_at_with_timestamp}}",
  "updated_by": "{{current_user.id}}",
  "latest_comment": "{{ticket.latest_comment}}"
}"""
_ALERTMANAGER = """receivers:
  - name: tasuki
    webhook_configs:
      - url: <URL>
        http_config:
          authorization:
            credentials: <SECRET>"""

ZENDESK = Guide(
    ja="""1. Zendesk の管理センターで「アプリおよびインテグレーション」→「Webhook」→「Webhook を作成」を開きます。
2. 「トリガーまたは自動化」を選び、エンドポイント URL に <URL> を入力します。要求メソッドは POST、要求形式は JSON です。
3. 作成した Webhook の「署名シークレット」を表示してコピーし、この送信元のシークレットとして登録します。
4. 「ビジネスルール」→「トリガ」で、知らせたい条件のトリガを作ります。アクションに「アクティブな Webhook に通知」を選び、
   本文に次の内容を貼り付けます。
<PASTE>""",
    en="""1. In Zendesk's Admin Center open "Apps and integrations", then "Webhooks", then "Create webhook".
2. Choose "Trigger or automation"; the endpoint URL is <URL>, the request method POST, the request format JSON.
3. Reveal and copy the signing secret of the webhook, and register it as the secret of this source.
4. Under "Business rules", "Triggers", make a trigger with the conditions that you want to hear of. As its action choose
   "Notify active webhook", and paste this as the body:
<PASTE>""",
    paste=_ZENDESK,
)
ALERTMANAGER = Guide(
    ja="""1. Alertmanager の設定ファイルに、次の受信先を加えます。
<PASTE>
2. route の receiver に tasuki を指定し、設定を読み込み直します。
「resolved」が届くと、「firing」で始まった案件は完了になります。send_resolved は既定のまま（true）にしてください。""",
    en="""1. Add this receiver to the configuration of Alertmanager:
<PASTE>
2. Name tasuki as the receiver of a route, and reload the configuration.
"resolved" ends the case that "firing" began; leave send_resolved as it is (true).""",
    paste=_ALERTMANAGER,
)
EMAIL = Guide(
    ja="""1. 次のアドレスに送られたメールが案件になります。アドレスを知っている人はだれでも報告できるため、公開しないでください。
   <URL>
2. 受付用メールボックスの転送先、監視ツールの通知先などに、このアドレスを登録します。
3. 件名の先頭に【緊急】【障害】のように書くと、緊急度や種別として読み取ります。
4. 差出人を社内のドメインに限る（オプション from）と、差出人に受付・経過・結果をメールで知らせます。知らせないときは receipts を no にします。
5. 監視ツール専用のアドレスなら、オプション monitor=yes で、【障害】や PROBLEM: が案件を作り、【復旧】や OK: が同じ案件を終えます。
自動返信・不達通知・メーリングリストのメールは案件になりません。返信は、元のメールの案件に追記されます。添付された写真や PDF は、案件の添付ファイルになります。""",
    en="""1. A mail that is sent to this address becomes a case. Whoever knows it can report, so do not publish it:
   <URL>
2. Enter it where your support mailbox forwards to, or where your monitor sends its notifications.
3. Marks at the beginning of the subject, such as [urgent] or [outage], are read as urgency and kind.
4. With your own domain as the option "from", whoever writes hears by mail that it was received, how it goes and how it ended;
   "receipts" set to "no" switches that off.
5. Where the address is a monitor's alone, the option monitor=yes lets [FIRING] or PROBLEM: open a case, and [RESOLVED] or OK: end it.
Automatic replies, bounces and the traffic of mailing lists make no case. A reply is added to the case of its thread.
Photos and PDFs that are attached become files of the case.""",
)
SNS = Guide(
    ja="""1. Amazon SNS のトピックの ARN（arn:aws:sns:…）を、この送信元のオプション topics に登録します。複数あるときはコンマで区切ります。
2. SNS の「サブスクリプションの作成」で、プロトコルに HTTPS を選び、エンドポイントに次を入力します。
   <URL>/<SECRET>
   「raw メッセージの配信を有効にする」は選びません（署名が付かないため、受け付けません）。
3. 確認は自動で済みます。「ステータス」が「確認済み」になったことを確かめてください。topics にないトピックは確認しません。
4. 配信の再試行ポリシーで再試行の回数を増やし（合計 1 時間まで）、デッドレターキューを付けておくと、こちらが停止しても失われません。
5. CloudWatch のアラームで、「アラーム状態」と「OK」の両方の通知先に、このトピックを選びます。「OK」が届くと、案件は完了になります。
「データ不足」も通知先にすると、案件が作られます（完了にはなりません）。不要なら、通知先にしないでください。
緊急度は、アラームの説明に severity=critical のように書くか、オプション urgency で決めます。""",
    en="""1. Enter the ARN of the topic (arn:aws:sns:…) as the option "topics" of this source; several are separated by commas.
2. Under "Create subscription" in SNS choose HTTPS as the protocol; the endpoint is
   <URL>/<SECRET>
   Leave "Enable raw message delivery" off: it has no signature and is refused.
3. The subscription is confirmed by itself; see that its status becomes "Confirmed". A topic that is not in "topics" never is.
4. Raise the number of retries in the delivery policy (an hour in all at most) and add a dead-letter queue, so that nothing is lost
   while we are away.
5. In the CloudWatch alarms choose the topic for both "In alarm" and "OK"; "OK" ends the case.
"Insufficient data", if you send it to the topic too, opens a case (and ends none); do not send it where you do not want that.
How pressing an alarm is stands in its description, as severity=critical, or in the option "urgency".""",
)
