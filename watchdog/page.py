"""The status page of the watchdog: one plain page that needs nothing else, anew every ten seconds."""

from html import escape

from watchdog.decisions import Trouble, Watched
from watchdog.words import PAGE, moment, said

STYLE = """
body{font:16px/1.7 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1d2733;background:#fff}
h1{font-size:1.2rem}.state{padding:1rem;border-radius:.5rem;font-size:1.3rem;font-weight:700}
.good{background:#e3f4e8;color:#0c5a2a}.bad{background:#fde7e5;color:#8c1410}.other{background:#fff3d6;color:#664200}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .5rem;border-bottom:1px solid #d8dee6}
th{font-weight:600}a{color:#0b57a4}
@media(prefers-color-scheme:dark){body{background:#12171d;color:#e6ebf1}a{color:#8ec5ff}th,td{border-color:#37414d}}
"""


def status_page(w: Watched, wrong: tuple[Trouble, ...], services: tuple[str, ...], language: str) -> str:
    """The whole page."""
    en = language == "en"

    def t(name: str, **values: str) -> str:
        return escape(PAGE[name][en].format(**values))

    shown = ("bad", "bad") if wrong else ("other", "healing") if w.alarm else _quiet(w, services)
    took = t("seconds", n=f"{w.took:.1f}") if w.took is not None else t("never")
    rows = [(t("arrived"), escape(moment(w.arrived_at, language))), (t("took"), took), (t("missed"), str(w.missed))]
    if w.alarm:
        rows += [
            (t("since"), escape(moment(w.alarm.since, language))),
            (t("told"), str(w.alarm.told)),
            (t("next"), escape(moment(w.alarm.next_at, language))),
        ]
    down = dict(w.down)
    table = "".join(f'<tr><th scope="row">{name}</th><td>{value}</td></tr>' for name, value in rows)
    listed = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        f"<td>{t('down', at=moment(down[name], language)) if name in down else t('ready')}</td></tr>"
        for name in services
    )
    told = "".join(f"<li>{escape(said(one, language))}</li>" for one in wrong)
    other = "ja" if en else "en"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{t("title")}</title>'
        f'<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="10">'
        f"<style>{STYLE}</style></head><body><main><h1>{t('title')}</h1>"
        f'<p class="state {shown[0]}" role="status">{t(shown[1])}</p>{f"<ul>{told}</ul>" if told else ""}'
        f"<table>{table}</table><h2>{t('services')}</h2><table>{listed}</table>"
        f'<p><a href="/?lang={other}" lang="{other}">{t("other")}</a></p></main></body></html>'
    )


def _quiet(w: Watched, services: tuple[str, ...]) -> tuple[str, str]:
    if not services:
        return "other", "unasked"  # no canary needs the timer
    return ("good", "good") if w.arrived_at else ("other", "waiting")
