"""What is said to somebody who answers by a link, or has just done so."""

ANSWER: dict[str, tuple[str, str]] = {
    "ack.title": ("この案件を引き受けますか？", "Do you take this case?"),
    "ack.lead": (
        "{name}さん、下のボタンを押し、次の画面で案件番号を選ぶと担当者になり、ほかの人への連絡が止まります。",
        "{name}, press the button and choose the case number on the next page: you become the owner, and nobody else is called any more.",
    ),
    "ack.lead.going-on": (
        "{name}さん、下のボタンを押し、次の画面で案件番号を選ぶと担当者になり、あなたへの連絡が止まります。応答を待っているほかの人への連絡は続きます。",
        "{name}, press the button and choose the case number on the next page: you become the owner, and you are not called any more; others whose answer is waited for still are.",
    ),
    "ack.button": ("引き受ける", "I have it"),
    "ack.authority.title": ("この案件の判断をお願いできますか？", "Do you know of this case?"),
    "ack.authority.lead": (
        "{name}さん、判断・把握をお願いします。下のボタンを押し、次の画面で案件番号を選ぶと、あなたへの連絡が止まります。対応する人への連絡は続きます。",
        "{name}, you are asked to know of it and to decide. Press the button and choose the case number on the next page: you are not called any more; those who handle it go on being asked.",
    ),
    "ack.authority.button": ("承知しました", "I know of it"),
    "ack.join.title": ("この案件に加わっていただけますか？", "Can you join in on this case?"),
    "ack.join.lead": (
        "{name}さん、この案件の担当は{owner}さんです。下のボタンを押し、次の画面で案件番号を選ぶと、加わっていただけることを記録し、あなたへの連絡が止まります。担当は{owner}さんのままです。",
        "{name}, {owner} has this case. Press the button and choose the case number on the next page: it is noted that you join in, and you are not called any more. {owner} keeps the case.",
    ),
    "ack.join.button": ("加わる", "I join in"),
    "ack.offer.title": ("この案件を引き継ぎますか？", "Do you take this case over?"),
    "ack.offer.lead": (
        "{name}さん、引き継ぎのお願いです。下のボタンを押し、次の画面で案件番号を選ぶと、担当があなたに替わります。難しいときは、ボタンを押さずに、お願いした人へお伝えください。お返事があるまで、担当は替わりません。",
        "{name}, you are asked to take this case over. Press the button and choose the case number on the next page: you become the owner. If you cannot, press nothing and tell whoever asked you; the owner stays until you answer.",
    ),
    "ack.offer.button": ("引き継ぐ", "I take it over"),
    "ack.known": ("承知しました", "You know of it"),
    "ack.answered": ("応答を受け付けました", "Your answer is noted"),
    "ack.taken": ("引き受けました", "You have it"),
    "ack.thanks": ("ありがとうございます。", "Thank you."),
    "answered.taken": ("引き受けました。", "You have it."),
    "answered.known": ("承知しました。", "You know of it."),
    "answered.answered": ("応答を受け付けました。", "Your answer is noted."),
    "called.nobody": ("ほかの人への連絡は止まりました。", "Nobody else is called any more."),
    "called.deciders": ("判断する人への連絡は続いています。", "Those who are to decide are still being called."),
    "called.others": ("ほかの人への連絡は続いています。", "Others are still being called."),
    "called.owner": (
        "担当は引き続き{name}さんです。連絡がつかないときは、案件の画面で担当を引き継いでください。",
        "{name} keeps the case. If you cannot reach them, take it over on the page of the case.",
    ),
    "known.stopped": ("判断する人への連絡は止まりました。", "Nobody else is called to decide."),
    "known.owner": ("対応は{name}さんが行っています。", "{name} is handling it."),
    "known.nobody": ("対応する人には引き続き連絡しています。", "Those who are to handle it are still being asked."),
    "ack.other": ("すでに担当者がいます", "Somebody already has it"),
    "ack.done": ("この案件は完了しています", "This case is done"),
    "ack.done.lead": (
        "対応はもう終わっています。これ以上ご対応いただくことはありません。",
        "It has been handled. There is nothing left for you to do.",
    ),
    "ack.refused": ("引き受けられません", "It cannot be taken"),
    "ack.stale": (
        "画面が古くなりました。もう一度ボタンを押してください。",
        "This page was too old. Please press the button once more.",
    ),
    "ack.choose.title": ("案件番号を選んでください", "Choose the case number"),
    "ack.choose.lead": (
        "電話・チャット・メールでお知らせした案件番号はどれですか？ 押すと引き受けたことになります。",
        "Which case number were you told by phone, chat or mail? Press it to take the case.",
    ),
    "ack.choose.authority": (
        "電話・チャット・メールでお知らせした案件番号はどれですか？ 押すと承知したことになります。",
        "Which case number were you told by phone, chat or mail? Press it to say that you know of the case.",
    ),
    "ack.choose.join": (
        "電話・チャット・メールでお知らせした案件番号はどれですか？ 押すと加わったことになります。",
        "Which case number were you told by phone, chat or mail? Press it to say that you join in.",
    ),
    "ack.choose.why": (
        "メールを自動で検査するプログラムが、代わりに応答してしまうのを防ぐためです。",
        "This keeps programs that check mails from answering for you.",
    ),
    "ack.wrong": (
        "まだ応答を受け付けていません。番号が違うか、別の画面の操作と重なりました。お手数ですが、案件番号を確かめて、もう一度お願いします。",
        "Nothing was answered yet: the number was another one, or two pages were used at once. Please look at the case number and try once more.",
    ),
    "ack.old": (
        "まだ応答を受け付けていません。画面を開いてから 10 分が過ぎました。お手数ですが、もう一度お願いします。",
        "Nothing was answered yet: the page had been open for more than 10 minutes. Please try once more.",
    ),
    "ack.undo.button": ("取り消す（1分以内）", "Take it back (within a minute)"),
    "ack.undo.hint": (
        "押し間違えたときは、1 分以内なら取り消せます。関係者にあらためて連絡します。",
        "Pressed by mistake? For a minute it can be taken back; those who were asked are asked again.",
    ),
    "ack.undone": ("取り消しました", "Taken back"),
    "ack.undone.lead": (
        "関係者にあらためて連絡しています。引き受け直すときは、このリンクか新しい連絡から応答してください。",
        "Those who were asked are being asked again. To answer after all, use this link or the new message.",
    ),
    "ack.paused": ("このリンクは一時停止中です", "This link is paused"),
    "ack.paused.lead": (
        "違う番号が続けて選ばれたため、{until} 過ぎまでこのリンクからは応答できません。お急ぎのときは、電話・チャット・アプリから応答してください。",
        "It was answered with wrong numbers several times and takes no answer until just after {until}. Please use the phone, the chat or the app meanwhile.",
    ),
}
