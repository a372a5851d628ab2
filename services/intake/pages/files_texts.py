"""What is said about attached files: in the form, on the reporter's page, and on the page of a case."""

from services.intake.domain import files

_MB, _MOST = files.LARGEST // 1024**2, files.MOST
FILES: dict[str, tuple[str, str]] = {
    "files": ("写真・ファイル", "Photos and files"),
    "files.hint": (
        f"画面の写真、PDF、ログなど。1 つ {_MB} MB、一度に合わせて 20 MB まで。写真の撮影場所や機種の情報は取り除きます。",
        f"A photo of the screen, PDF, logs. {_MB} MB each, 20 MB at once. Where and with what a photo was taken is removed.",
    ),
    "files.camera": ("写真を撮る", "Take a photo"),
    "files.again": (
        "選んだファイルは、まだ届いていません。お手数ですが、もう一度選んでください。",
        "The files that you chose have not arrived yet. Please choose them again.",
    ),
    "files.too-large": (
        f"大きすぎるファイルがあります（1 つ {_MB} MB、合わせて 20 MB まで）。選び直してください。",
        f"Something is too large ({_MB} MB each, 20 MB together). Please choose again.",
    ),
    "files.left": ("添付できなかったファイルがあります。", "Some files could not be attached."),
    "files.left.report": (
        "報告は受け付けました。次のファイルだけ添付できませんでした。下の「追記する」から、別のファイルを添付できます。",
        "Your report has been taken. Only these files could not be attached; you can attach others under “Add a message” below.",
    ),
    "files.none": ("ファイルを選んでください。", "Please choose a file."),
    "files.add": ("ファイルを添付する", "Attach files"),
    "files.go": ("添付する", "Attach"),
    "files.internal": ("社内のみ（報告者には見せない）", "Internal (the reporter does not see them)"),
    "files.show": ("写真を見る", "Show the picture"),
    "files.remove": ("削除する", "Remove"),
    "files.reporter": ("報告者", "the reporter"),
    "files.sent": ("ファイルを {number} 件添付しました。", "{number} files were attached."),
    "article.files.hint": (
        "添付するたびに新しい版になります。読者に見えるのは、その版が公開されてからです。",
        "Each file makes a new version. Readers see it when that is published.",
    ),
    "article.files.public": (
        "お客様にも見せる（社外にも公開の記事の場合）",
        "For customers too, where the article is public",
    ),
    "article.files.publish": ("添付して公開する", "Attach and publish"),
    "article.file.public": ("お客様にも見せる", "for customers too"),
    "article.file.internal": ("社内のみ", "internal"),
    "article.file.share": ("お客様にも見せる", "Show it to customers too"),
    "article.file.hide": ("社内のみにする", "Keep it internal"),
    "article.file.gone": ("完全に削除されたファイル", "a file that was removed for good"),
    "article.file.forget": ("完全に削除する", "Remove for good"),
    "article.file.forget.hint": (
        "古い版からも、公開中の版からも、すぐに消えます。元に戻せません。誤って個人情報を載せたときに使ってください。",
        "It disappears at once, from old versions and from what readers see, and cannot be brought back. For what should never have been there.",
    ),
    "article.file.forget.go": ("元に戻せないことを承知で削除する", "Remove it; it cannot be undone"),
    "article.files.case": ("案件のファイルから記事に写すもの", "Files of the case to be copied into the article"),
    "article.files.case.hint": (
        "選んだファイルは記事に写され、案件が消去されても残ります。はじめは社内のみです。お客様の情報が写っていないか確かめてください。",
        "What you choose is copied, and stays when the case is erased; internal at first. Check that it shows nothing of a customer.",
    ),
    "done.files": ("ファイルを添付しました。", "The files are attached."),
}
