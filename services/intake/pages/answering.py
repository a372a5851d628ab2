"""What somebody is told who has just answered: who is still called, and who has the case where it is not them."""

from services.intake.domain import answered
from services.intake.domain.words import Language
from services.intake.pages.render import text
from shared.contracts.case import Case


def who_is_called(case: Case, person: str, lang: Language) -> list[str]:
    """The sentences, for who takes the case and for who only decides."""
    part = answered.part(case, person)
    if part != "known":
        keeps = [text("called.owner", lang, name=case.owner.name)] if case.owner and part == "answered" else []
        return [text(f"called.{answered.still_called(case)}", lang), *keeps]
    calls = text("called.deciders" if case.authority.awaiting else "known.stopped", lang)
    has = text("known.owner", lang, name=case.owner.name) if case.owner else text("known.nobody", lang)
    return [calls, has]


def said(case: Case, person: str, lang: Language) -> str:
    """The same with what the answer has come to, in one line."""
    came = text(f"answered.{answered.part(case, person)}", lang)
    return (" " if lang == "en" else "").join([came, *who_is_called(case, person, lang)])
