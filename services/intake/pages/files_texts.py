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
        "報告は受け付けました。次のファイルだけ添付できませんでした。下の「ひとこと追加する」から、別のファイルを添付できます。",
        "Your report has been taken. Only these files could not be attached; you can add others below.",
    ),
    "files.none": ("ファイルを選んでください。", "Please choose a file."),
    "files.add": ("ファイルを添付する", "Attach files"),
    "files.go": ("添付する", "Attach"),
    "files.internal": ("社内のみ（報告者には見せない）", "Internal (the reporter does not see them)"),
    "files.show": ("写真を見る", "Show the picture"),
    "files.remove": ("削除する", "Remove"),
    "files.reporter": ("報告者", "the reporter"),
    "files.sent": ("ファイルを {number} 件添付しました。", "{number} files were attached."),
    "done.files": ("ファイルを添付しました。", "The files are attached."),
}
