"""What every route reads of a request: who asks, who does it, and from which version."""

import re
from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.knowledge.domain.article import Article, Refusal
from services.knowledge.domain.files import LARGEST_ALL, LARGEST_KEPT, MOST, MOST_KEPT
from services.knowledge.domain.sight import Audience, Reader
from services.knowledge.editing import Missing, Outdated
from shared.contracts.plan import Person
from shared.contracts.report import Id, Line
from shared.runtime import web
from shared.runtime.web import Problem, require_token

READER = "tasuki-reader"  # JSON; the front door writes it, and hands on none that came from outside
REFUSALS = {
    "wrong-state": ("いまの状態では、その操作はできません。", "This cannot be done to the article as it stands."),
    "merged": ("ほかの記事に統合されています。", "It became part of another article."),
    "other-not-live": (
        "統合先が公開されていないため、統合できません。この記事を開いた人に、何も表示されなくなります。先に統合先を公開してください。",
        "The other article is not published: whoever opens this one would find nothing. Publish the other one first.",
    ),
    "other-internal": (
        "統合先は社内のみの記事のため、統合できません。お客様がこの記事を読めなくなります。先に統合先を社外にも公開してください。",
        "The other article is internal: customers could read neither any more. Publish the other one for them first.",
    ),
    "reopened": (
        "この案件は再開されていて、前の対応では解決していません。解決してから、記事にしてください。",
        "This case was reopened: what was done did not help. Please make an article of it once it is resolved.",
    ),
    "taken": (
        "この id の記事は、別の内容ですでに保存されています。",
        "The article of this id is saved already, with other text.",
    ),
    "no-answer": (
        "回答がまだ書かれていません。公開する前に書いてください。",
        "There is no answer yet; write one before publishing.",
    ),
    "over": (
        "公開の期限が過ぎています。期限を変えてから公開してください。",
        "Its last day is over; change that day before publishing.",
    ),
    "file-removed": (
        "このファイルは、添付されたあとに削除されています。",
        "This file was attached before, and has been removed since.",
    ),
    "files-too-many": (
        f"1 つの記事に添付できるのは {MOST} 個、合わせて {LARGEST_ALL // 1024**2} MB までです。",
        f"An article takes {MOST} files at most, {LARGEST_ALL // 1024**2} MB together.",
    ),
    "files-kept": (
        f"この記事の古い版も含めて、残しておけるファイルは {MOST_KEPT} 個、合わせて {LARGEST_KEPT // 1024**2} MB までです。"
        "いらないファイルを完全に削除してください。",
        f"With those of its older versions an article keeps {MOST_KEPT} files at most, {LARGEST_KEPT // 1024**2} MB together. "
        "Please remove some for good.",
    ),
    "files-no-room": (
        "記事の添付ファイルの保管場所がいっぱいのため、いまは添付できません。管理者に知らせてください。",
        "There is no room left for files of articles. Please tell whoever looks after Tasuki.",
    ),
}
UNFIT = ("no-answer", "files-too-many", "files-kept")  # what can never be taken as it was sent


class By(BaseModel):
    """The person who does something."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Id
    name: Line = ""


class Done(BaseModel):
    """Who does it; needed where the front door has not named a person."""

    model_config = ConfigDict(extra="forbid")
    by: Annotated[By | None, Field(description="Who does it; a person who is logged in is named by the front door")] = (
        None
    )


class Gate:
    """Lets the front door and the other services in, and reads for whom they ask."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def __call__(self, request: Request) -> Reader:  # what is no coroutine is called in a thread of its own
        """Who asks. Raises 401 without the service's token and 400 for a header that cannot be read."""
        require_token(request, self._token)
        given = request.headers.get(READER)
        if given is None:
            return Reader()
        try:
            return Reader.model_validate_json(given)
        except ValidationError:
            raise Problem(400, "malformed", f"{READER} を読み取れません。", f"{READER} cannot be read.") from None


def person(reader: Reader, by: By | None) -> Person:
    """Who does it: the person who asks, else the one whom the body names. Raises 422."""
    if reader.person:
        return Person(id=reader.person, name=reader.person_name or reader.person)
    if by is None:
        error = {"pointer": "/by", "type": "missing", "detail": {"ja": "必須です。", "en": "Field required"}}
        raise Problem(422, "invalid", "入力に誤りがあります。", "Some of the input does not fit.", errors=[error])
    return Person(id=by.id, name=by.name or by.id)


def writer(reader: Reader) -> Reader:
    """Somebody who may write articles. Raises 403."""
    if not reader.writes or reader.audience is Audience.PUBLIC:
        raise Problem(403, "may-not-write", "記事を書く権限がありません。", "You may not write articles.")
    return reader


def publisher(reader: Reader, publishing: bool = True) -> Reader:
    """Somebody who may publish, where that is asked for. Raises 403."""
    writer(reader)
    if publishing and not reader.publishes:
        ja = "記事を公開する権限がありません。確認を依頼してください。"
        raise Problem(403, "may-not-publish", ja, "You may not publish articles; ask for a review.")
    return reader


def expected(request: Request, needed: bool) -> int | None:
    """The version that If-Match names. Raises 428 when it is needed and missing; what can be no version of ours is -1."""
    given = request.headers.get("if-match", "").strip()
    if given and given != "*":
        match = re.fullmatch(r'(?:W/)?"(\d{1,9})"', given, re.ASCII)
        return int(match[1]) if match else -1
    if needed:
        ja = "If-Match に、もとにした版（GET の ETag）を書いてください。"
        raise Problem(428, "version-needed", ja, "Name the version this was made from in If-Match (ETag of GET).")
    return None


def problem_of(error: Exception) -> Problem:
    """What is answered when something cannot be done."""
    match error:
        case Outdated(newest=newest):
            return _outdated(newest)
        case Refusal():
            ja, en = REFUSALS[str(error)]
            return Problem(422 if str(error) in UNFIT else 409, str(error), ja, en)
        case ValidationError():
            return invalid(error)
    return Problem(404, "unknown", "見つかりません。", "There is nothing here.")


def invalid(error: ValidationError) -> Problem:
    """The problem for content that does not fit together."""
    listed: list[Any] = [{**e, "ctx": e.get("ctx", {})} for e in error.errors(include_input=False, include_url=False)]
    return web.invalid(listed, skip=0)


CANNOT = (Missing, Outdated, Refusal, ValidationError)


def _outdated(newest: Article) -> Problem:
    who, number = newest.changed_by.name, newest.version
    ja = f"そのあいだに {who} さんが変更しました（版 {number}）。内容を確かめてから、もう一度保存してください。"
    problem = Problem(
        412, "outdated", ja, f"{who} has changed it meanwhile (version {number}). Look at it, then save again."
    )
    problem.more["version"] = number
    problem.headers = {"etag": f'"{number}"'}
    return problem
