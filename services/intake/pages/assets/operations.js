// The page works without this file, by being loaded anew: it asks every ten seconds for what has changed, and when it is looked at again.
const state = document.getElementById("state");
const place = document.getElementById("now");
const alarm = document.getElementById("alarm");
const EVERY = 10000;
const part = (selector) => [...place.querySelectorAll(selector)];
const needed = () => place.querySelector(".needs h2")?.textContent ?? "";
let made = document.getElementById("made").textContent;
let said = needed();

function tell(lost) {
  const text = lost ? state.dataset.lost.replace("{at}", made) : state.dataset.live;
  state.className = lost ? "state lost" : "state live";
  if (state.textContent !== text) state.textContent = text;
}

// Puts the new figures in place; where the reader stands and how far a table is pushed stays as it is.
function show(html) {
  const at = part("a, [tabindex]").indexOf(document.activeElement);
  const pushed = part(".figures-table").map((table) => table.scrollLeft);
  place.innerHTML = html;
  part(".figures-table").forEach((table, n) => (table.scrollLeft = pushed[n] ?? 0));
  if (at >= 0) part("a, [tabindex]")[at]?.focus({ preventScroll: true });
  made = document.getElementById("made").textContent;
  if (needed() !== said) alarm.textContent = said = needed();
}

let asking = false;
async function look() {
  if (document.hidden || asking) return;
  asking = true;
  const answer = await fetch(state.dataset.now, { signal: AbortSignal.timeout(EVERY) }).catch(() => null);
  const html = answer?.ok && !answer.redirected ? await answer.text().catch(() => "") : "";
  tell(!html);
  if (html) show(html);
  asking = false;
}
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
