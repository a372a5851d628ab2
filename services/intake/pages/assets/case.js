// Keeps a case as it is now: parts that have changed are replaced, and what somebody is writing stays. Without this file the page is loaded anew.
const state = document.getElementById("state");
const { page, place } = state.dataset;
const FIELDS = "input:not([type=hidden]), textarea, select";
const known = new Set([...document.querySelectorAll("#story li")].map((line) => line.id)); // the others have come since
let at = place; // up to where the changes are known that this page was told of
let source;
let stale = false;
let asking = false;

function say(what) {
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  state.textContent = state.dataset[what].replace("{at}", time);
  state.className = `state soft ${what === "changed" ? "live" : what}`;
}

function written(field) {
  if (field === document.activeElement) return true;
  if (["radio", "checkbox"].includes(field.type)) return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
}

function mark(line) {
  const fresh = Object.assign(document.createElement("strong"), { textContent: state.dataset.fresh });
  line.classList.add("fresh");
  line.querySelector(".when").append(" · ", fresh);
}

function put(old, fresh) {
  if ([...old.querySelectorAll(FIELDS)].some(written) || old.querySelector("form[data-sent]")) return;
  const reached = (part) => [...part.querySelectorAll("a, button, summary")];
  const focused = reached(old).indexOf(document.activeElement);
  const name = (details) => details.querySelector("summary").textContent;
  const open = new Map([...old.querySelectorAll("details")].map((details) => [name(details), details.open]));
  for (const details of fresh.querySelectorAll("details")) details.open = open.get(name(details)) ?? details.open;
  for (const line of fresh.querySelectorAll("li[id]")) if (!known.has(line.id)) mark(line);
  old.replaceWith(fresh);
  prepare(fresh);
  if (focused >= 0) reached(fresh)[focused]?.focus({ preventScroll: true });
}

async function look() {
  if (asking) return;
  asking = true;
  while (stale) {
    stale = false;
    const answer = await fetch(`${page}?live`, { credentials: "same-origin" }).catch(() => null);
    const fresh = answer?.ok ? new DOMParser().parseFromString(await answer.text().catch(() => ""), "text/html") : null;
    if (answer?.status === 404) return say("gone");
    if (fresh?.getElementById("story")) {
      for (const old of document.querySelectorAll("[data-live][id]:not(#state)")) {
        const part = fresh.getElementById(old.id);
        if (part) put(old, part);
      }
      countAll();
      say("changed");
    }
    await new Promise((done) => setTimeout(done, 1000));
  }
  asking = false;
}

function changed(event) {
  at = event.lastEventId || at;
  stale = true;
  look();
}

// A tab that nobody looks at holds no connection: a browser has only a few of them for all its tabs.
function listen() {
  if (document.hidden || source) return;
  const mine = (source = new EventSource(`${page}/stream?after=${at}`));
  source.addEventListener("open", () => say("live"));
  source.addEventListener("changed", changed);
  source.addEventListener("reset", changed);
  source.addEventListener("end", () => {
    mine.close();
    say("ended");
  });
  source.addEventListener("error", () => {
    say("lost");
    if (mine.readyState !== EventSource.CLOSED || mine !== source) return;
    source = undefined;
    setTimeout(listen, 5000);
  });
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return listen();
  source?.close();
  source = undefined;
});
listen();
