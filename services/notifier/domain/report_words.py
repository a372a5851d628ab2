"""The words of a report in a chat, Japanese first; what the form on the web asks too is asked in its words."""

from services.notifier.domain.contact import Language
from shared.contracts.questions import QUESTIONS

WORDS: dict[str, tuple[str, str]] = {
    **QUESTIONS,
    "title": QUESTIONS["report.title"],
    "lead": QUESTIONS["report.lead"],
    "you": QUESTIONS["group.you"],
    "cancel": ("やめる", "Cancel"),
    "close": ("閉じる", "Close"),
    "company": ("お客さまの会社名", "Customer's company"),
    "anonymous": ("匿名で報告する", "Report anonymously"),
    "anonymous.hint": (
        "お名前も ID も記録しません。送信後に表示される専用リンクで、匿名のまま返事を受け取れます。",
        "Neither your name nor your ID is recorded. A private link lets you read answers and stay anonymous.",
    ),
    "error.refused": (
        "この内容では受け付けられませんでした。内容を見直してください。",
        "It could not be taken as it is. Please look over what you wrote.",
    ),
    "thanks": (
        "報告ありがとうございます。受け付けました。ここから先は担当者が引き継ぎます。",
        "Thank you for reporting. It is received. From here on, others take it over.",
    ),
    "thanks.again": (
        "この報告はすでに受け付けています。変更や追加は、下のページから送ってください。",
        "This report was received before. To change or add something, use the page below.",
    ),
    "thanks.title": ("受け付けました", "Received"),
    "number": ("受付番号：No. {number}", "Case number: No. {number}"),
    "owner": ("担当：{names}さん", "Who has it: {names}"),
    "asked": ("{names}さんに連絡しています", "Being asked: {names}"),
    "asked.later": ("{since} に {names}さんへ連絡します", "To be asked, {since}: {names}"),
    "queue": ("担当部署が順番に確認します", "The department in charge will look at it in turn"),
    "finding": ("担当者を探しています", "Finding the right person"),
    "nobody": ("呼び出しは行わず、記録しました", "It is recorded; nobody is called"),
    "linked": ("同じ内容の報告とまとめて対応しています", "It is handled together with reports of the same"),
    "update": ("次のお知らせ：{due} ごろまで", "Next update: by about {due}"),
    "page": ("経過を見る・追記する", "See how it stands, add something"),
    "page.keep": (
        "このリンクは控えておいてください。匿名の報告には、ここからご連絡はできません。",
        "Please keep this link. We cannot write to whoever reports anonymously.",
    ),
    "page.hint": ("知っている人だけが開けるページです。", "Only who knows the link can open it."),
    "quoted": ("（Slack のメッセージ）", "(A message in Slack)"),
    "help": (
        "困りごとを報告できます。\n"
        "• `/tasuki` ：報告フォームを開きます\n"
        "• `/tasuki 起きていること` ：その文を入れて開きます\n"
        "• メッセージの「その他」メニュー →「このメッセージを報告」\n"
        "• `/tasuki help` ：この説明\n"
        "匿名でも報告できます。フォームを開けないときは {page}",
        "You can report a problem.\n"
        "• `/tasuki`: opens the form\n"
        "• `/tasuki what is happening`: opens it with that text\n"
        "• “More actions” of a message → “Report this message”\n"
        "• `/tasuki help`: this text\n"
        "You can also report anonymously. If the form does not open: {page}",
    ),
    "ask.facts": (
        "報告を受け付けます（1/4）。\n何が起きていますか。いつ・どこで・だれが・何を、わかる範囲で書いてください。電話番号などの個人情報は書かないでください。\n"
        "いつでも「戻る」「やめる」と書けます。",
        "Let us begin your report (1/4).\nWhat is happening? When, where, who, what: as far as you know. Please leave out phone numbers and other personal data.\n"
        "You can write “back” or “cancel” at any time.",
    ),
    "ask.impact": ("影響の範囲はどのくらいですか（2/4）。", "How far does it reach? (2/4)"),
    "ask.now": (
        "いますぐ助けが必要ですか（3/4）。営業が止まっている、危険があるなどのときは、最も急ぐ報告（緊急度「重大」）として届けます。"
        "命に関わるときは、先に 110 番・119 番や近くの人へ。",
        "Do you need help right now? (3/4) If business has stopped, somebody is in danger or the like, it goes out as the most urgent there is (“critical”). "
        "Where a life is at stake, call the emergency services or somebody near you first.",
    ),
    "ask.wanted": (
        "どうしてほしいですか（4/4）。選ぶか、自由に書いてください。",
        "What would help? (4/4) Choose, or write in your own words.",
    ),
    "ask.name": (
        "お名前を教えてください。伝えずに報告することもできます。",
        "What is your name? You can also report without giving it.",
    ),
    "ask.confirm": (
        "この内容で報告します。\n\n■ 事実\n{facts}\n\n■ 影響\n{impact}\n\n■ 緊急度\n{now}\n\n■ 希望する対応\n{wanted}\n\n■ お名前\n{name}",
        "This is what will be reported.\n\n■ Facts\n{facts}\n\n■ Impact\n{impact}\n\n■ Urgency\n{now}\n\n■ What would help\n{wanted}\n\n■ Your name\n{name}",
    ),
    "button.all": ("全体", "Everyone"),
    "button.some": ("一部", "Some"),
    "button.one": ("個別", "One"),
    "button.yes": ("いますぐ必要", "Right now"),
    "button.no": ("急ぎではない", "Not that urgent"),
    "button.decide": ("判断がほしい", "A decision"),
    "button.draft": ("回答文がほしい", "A draft answer"),
    "button.call": ("折り返してほしい", "A call back"),
    "button.none": ("とくにない", "Nothing special"),
    "button.nameless": ("名前は伝えない", "Without my name"),
    "button.send": ("送る", "Send"),
    "button.anonymous": ("匿名で送る", "Send anonymously"),
    "button.back": ("戻る", "Back"),
    "button.cancel": ("やめる", "Cancel"),
    "button.start": ("報告", "Report"),
    "talk.choose": (
        "すみません、読み取れませんでした。下のボタンから選んでください。",
        "Sorry, that was not understood. Please choose one of the buttons below.",
    ),
    "talk.text": ("文字で書いてください。", "Please write it as text."),
    "talk.cancelled": (
        "報告をやめました。書いた内容は残していません。また「報告」と書けば始められます。",
        "The report was cancelled, and nothing of it is kept. Write “report” to begin again.",
    ),
    "talk.expired": (
        "30 分以上たったため、書きかけの報告は破棄しました。",
        "More than 30 minutes have passed, so your unfinished report was discarded.",
    ),
    "talk.over": (
        "この報告はすでに送信したか、やめたか、時間切れです。新しく報告するには「報告」と書いてください。",
        "This report was sent, cancelled, or timed out. Write “report” to begin a new one.",
    ),
    "talk.old": ("その質問は終わっています。続きはこちらです。", "That question is done. Here is where we are."),
    "talk.hello": (
        "困りごとを報告するには「報告」と書いてください。呼び出しへの返事は、届いたメッセージのボタンからお願いします。",
        "To report a problem, write “report”. To answer a page, please use the button in its message.",
    ),
    "talk.busy": (
        "ただいま受け付けられません。内容はそのままですので、少し待って「送る」をもう一度押してください。",
        "It cannot be taken right now. What you wrote is still here; please wait a moment and press “Send” again.",
    ),
    "talk.refused": (
        "この内容では受け付けられませんでした。「戻る」で内容を見直してください。",
        "It could not be taken as it is. Please go “back” and look over what you wrote.",
    ),
    "not.opened": (
        "フォームを開けませんでした。お手数ですが、こちらから報告してください：{page}",
        "The form could not be opened. Please report here instead: {page}",
    ),
}


def say(key: str, language: Language, **more: object) -> str:
    """One text in one language."""
    return WORDS[key][language == "en"].format(**more)
