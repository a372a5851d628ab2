"""What is said about finished cases like one that somebody is asked about."""

PRECEDENTS: dict[str, tuple[str, str]] = {
    "precedents": ("似た案件はこう解決しました", "How similar cases were solved"),
    "precedents.hint": (
        "完了した案件のうち、内容が近いものです。番号を押すと、くわしい記録が開きます（ログインが必要です）。",
        "Finished cases that are close to this one. A number opens the full record, for which you log in.",
    ),
    "precedents.handling": ("対応", "What was done"),
    "precedents.result": ("結果", "Result"),
    "precedents.evaluation": ("評価", "Evaluation"),
    "precedents.see": ("似た案件の解決のしかたを見る", "See how similar cases were solved"),
    "precedents.none": (
        "内容が近い案件は、いまは見つかりません。",
        "No finished case that is close to this one can be found right now.",
    ),
    "precedents.back": ("案件に戻る", "Back to the case"),
}
