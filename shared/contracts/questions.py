"""The words in which a report is asked for, on the web and in a chat alike, Japanese first."""

QUESTIONS: dict[str, tuple[str, str]] = {
    "report.title": ("困りごとを報告する", "Report a problem"),
    "report.lead": (
        "ひとりで抱えなくて大丈夫です。担当者に届き、だれが対応するかをお知らせします。",
        "You need not carry it alone. It reaches the right person, and you are told who has it.",
    ),
    "send": ("報告を送る", "Send the report"),
    "facts": ("何が起きていますか（事実）", "What is happening (the facts)"),
    "facts.hint": (
        "いつ・どこで・だれが・何を。わかる範囲で十分です。電話番号などの個人情報は書かないでください。",
        "When, where, who, what: as far as you know. Please leave out phone numbers and other personal data.",
    ),
    "impact": ("影響の範囲", "How far it reaches"),
    "impact.all": ("全体（全店舗・全利用者）", "Everyone (all shops, all users)"),
    "impact.some": ("一部（複数の店舗・利用者）", "Some (several shops or users)"),
    "impact.one": ("個別（1 件・1 人）", "One (a single case or person)"),
    "urgency": ("緊急度", "Urgency"),
    "now": ("いますぐ助けが必要です", "I need help right now"),
    "now.hint": (
        "営業が止まっている、危険があるなど。最も急ぐ報告（緊急度「重大」）として届けます。命に関わるときは、先に 110 番・119 番や近くの人へ。",
        "Business has stopped, somebody is in danger, and the like. It goes out as the most urgent there is (“critical”). "
        "Where a life is at stake, call the emergency services or somebody near you first.",
    ),
    "wanted": ("どうしてほしいですか", "What would help"),
    "wanted.hint": (
        "例：判断がほしい、回答文がほしい、折り返してほしい、謝罪のしかたを知りたい",
        "For example: a decision, a draft answer, a call back, how to apologise",
    ),
    "product": ("製品・サービス", "Product or service"),
    "group.you": ("あなたについて", "About you"),
    "error.missing": ("入力してください。", "Please fill this in."),
    "error.choose": ("どれかを選んでください。", "Please choose one."),
    "error.long": ("{limit} 文字以内で入力してください。", "Please keep it within {limit} characters."),
    "error.characters": (
        "使えない文字（制御文字）が含まれています。",
        "It contains characters that are not allowed (control characters).",
    ),
    "error.busy": (
        "ただいま受け付けられません。内容はそのままですので、少し待ってもう一度送信してください。",
        "It cannot be taken right now. What you wrote is still here; please wait a moment and send it again.",
    ),
}
