// Keeps a case as it is now: parts that have changed are replaced, and what somebody is writing stays. Without this file the page is loaded anew.
const state = document.getElementById("state");
const { page } = state.dataset;
const FIELDS = "input:not([type=hidden]), textarea, select";
const REACHED = "a, button, summary";
const LONGEST = 60000; // ms between two attempts
const known = new Set([...document.querySelectorAll("#story li")].map((line) => line.id)); // the others have come since
let at = state.dataset.place; // up to where the changes are shown
let source;
let again = 5000; // ms until the connection that was refused is asked for again
let stale = false;
let asking = false;
let over = false;

function say(what) {
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  state.textContent = state.dataset[what].replace("{at}", time);
  state.className = `state soft ${what === "changed" ? "live" : what}`;
}

function leave() {
  source?.close();
  source = undefined;
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

// What a part of the page does, and to what: the same place in a list may be something else by now. What has an id is that.
const does = (part) => part.id || [part.textContent, part.form?.action ?? part.href].join();

function put(old, fresh) {
  if ([...old.querySelectorAll(FIELDS)].some(written) || old.querySelector("form[data-sent]")) return;
  const focused = [...old.querySelectorAll(REACHED)].find((part) => part === document.activeElement);
  const name = (details) => does(details.querySelector("summary")); // a fold grows, and tells of more each time
  const open = new Map([...old.querySelectorAll("details")].map((details) => [name(details), details.open]));
  for (const details of fresh.querySelectorAll("details")) details.open = open.get(name(details)) ?? details.open;
  for (const line of fresh.querySelectorAll("li[id]")) if (!known.has(line.id)) mark(line);
  for (const fold of fresh.querySelectorAll(".fold summary")) if (fold.parentElement.querySelector("li.fresh")) mark(fold);
  if (old.isEqualNode(fresh)) return;
  old.replaceWith(fresh);
  prepare(fresh);
  if (focused) [...fresh.querySelectorAll(REACHED)].find((part) => does(part) === does(focused))?.focus({ preventScroll: true });
}

async function look() {
  if (asking) return;
  asking = true;
  try {
    for (let pause = 1000; stale && !over; await new Promise((done) => setTimeout(done, pause))) {
      stale = false;
      const began = Date.now();
      const fresh = await pageNow(`${page}?live`, "story");
      over = fresh === "gone" || fresh === "ended";
      if (over) leave();
      stale ||= fresh === "lost";
      pause = fresh === "lost" ? Math.min(LONGEST, 2 * pause) : Math.max(1000, 10 * (Date.now() - began));
      if (typeof fresh === "string") {
        say(fresh);
        continue;
      }
      for (const old of document.querySelectorAll("[data-live][id]:not(#state)")) {
        const part = fresh.getElementById(old.id);
        if (part) put(old, part);
      }
      at = fresh.getElementById("state").dataset.place;
      countAll();
      say("changed");
    }
  } catch (broken) {
    say("lost");
    throw broken;
  } finally {
    asking = false;
  }
}

function changed() {
  stale = true;
  look();
}

// A tab that nobody looks at holds no connection: a browser has only a few of them for all its tabs.
function listen() {
  if (document.hidden || source || over) return;
  const mine = (source = new EventSource(`${page}/stream?after=${at}`));
  source.addEventListener("open", () => {
    again = 5000;
    if (!stale) say("live");
  });
  source.addEventListener("changed", changed);
  source.addEventListener("end", () => {
    over = true;
    leave();
    say("ended");
  });
  source.addEventListener("error", () => {
    if (mine !== source) return;
    say("lost");
    if (mine.readyState !== EventSource.CLOSED) return;
    leave();
    changed(); // the page itself says why: the session has ended, or the case is gone
    setTimeout(listen, again);
    again = Math.min(LONGEST, 2 * again);
  });
}
document.addEventListener("visibilitychange", () => (document.hidden ? leave() : listen()));
listen();
