// Keeps the board as it is now: rows that change are replaced, put in order and counted down. Without this file the page is loaded anew.
const board = document.getElementById("rows");
const list = document.getElementById("cases");
const state = document.getElementById("state");
const most = Number(board.dataset.most);
const texts = { left: board.dataset.left, over: board.dataset.over, units: board.dataset.units };
const first = board.dataset.first === "yes";
const told = new Map(); // row → the place of the change that it was told of last, for what the page that is asked for may not know yet
const LONGEST = 60000; // ms between two attempts
let waiting = new Map();
let source;
let again = 5000; // ms until the connection that was refused is asked for again
let stale = false;
let broken = false;
let over = false;

function rank(row, now) {
  const { due, free, waiting: waits, linked, breached, priority, number } = row.dataset;
  const late = breached !== undefined || (due !== undefined && Number(due) < now);
  const group = linked !== undefined ? 5 : late ? (free !== undefined ? 0 : 1) : free !== undefined ? 2 : waits !== undefined ? 4 : 3;
  return [group, group < 3 ? priority : "", due === undefined ? Infinity : Number(due), Number(number)];
}

function before(a, b) {
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return a[at] < b[at];
  return false;
}

// Which row is looked at stays under the eye, and what is ticked stays ticked.
function place(row, now) {
  const mine = rank(row, now);
  for (const other of list.children) {
    if (other !== row && before(mine, rank(other, now))) {
      if (row.nextElementSibling !== other) list.insertBefore(row, other);
      return;
    }
  }
  if (list.lastElementChild !== row) list.append(row);
}

function made(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

function show() {
  const now = Date.now();
  const focused = document.activeElement?.closest?.("#cases > li")?.id;
  for (const [id, html] of waiting) {
    const old = document.getElementById(id);
    if (html === null) {
      old?.remove();
      stale = true;
    } else if (old || first) {
      const row = made(html);
      const ticked = old?.querySelector("input[type=checkbox]")?.checked;
      if (ticked) row.querySelector("input[type=checkbox]").checked = true;
      old?.replaceWith(row);
      row.classList.add("changed");
      place(row, now);
      stale ||= old?.querySelector(".gist").textContent !== row.querySelector(".gist").textContent; // whose it is counts too
    }
  }
  waiting = new Map();
  while (list.children.length > most) list.lastElementChild.remove();
  document.querySelector("#live > .empty")?.toggleAttribute("hidden", list.children.length > 0);
  if (focused && !document.activeElement?.closest?.("#cases > li")) document.getElementById(focused)?.querySelector(".title").focus();
  tick();
  picked();
}

function later(id, html) {
  if (!waiting.size) (document.hidden ? setTimeout : requestAnimationFrame)(show);
  waiting.set(id, html);
}

function tick() {
  const now = Date.now();
  for (const row of [...list.children]) {
    if (row.dataset.due === undefined) continue;
    const over = countDown(row, texts, now);
    if (over && !row.classList.contains("late")) {
      row.classList.add("late");
      row.querySelector(".late-tag").hidden = false;
      place(row, now);
      stale = true;
    }
  }
}

function say(what) {
  const text = board.dataset.first === "yes" || what !== "live" ? state.dataset[what] : "";
  if (state.textContent !== text) state.textContent = text;
  state.className = `state soft ${what}`;
}

// Counts and rows that came from behind the last one: the whole page is asked for, at most every half minute.
async function anew() {
  stale = false;
  const page = await pageNow(location.href, "rows");
  if (page === "ended" || page === "gone") return end();
  if (page === "lost") {
    stale = true;
    return say("lost");
  }
  if (!broken && !over) say("live");
  const fresh = page.getElementById("rows");
  document.querySelector("nav.views").replaceWith(page.querySelector("nav.views"));
  for (const [id, at] of told) if (at <= Number(fresh.dataset.place)) told.delete(id);
  const there = new Map([...page.querySelectorAll("#cases > li")].map((row) => [row.id, row.outerHTML]));
  for (const [id, html] of there) if (!told.has(id)) later(id, html);
  for (const { id } of list.children) if (!there.has(id) && !told.has(id)) later(id, null);
}

function end() {
  over = true;
  source.close();
  say("ended");
}

function listen() {
  const mine = (source = new EventSource(`${board.dataset.stream}&after=${board.dataset.place}`));
  source.addEventListener("open", () => {
    again = 5000;
    broken = false;
    say("live");
  });
  const change = (event) => {
    const { id, html = null } = JSON.parse(event.data);
    told.set(id, Number(event.lastEventId));
    later(id, html);
  };
  source.addEventListener("row", change);
  source.addEventListener("gone", change);
  source.addEventListener("reset", anew);
  source.addEventListener("end", end);
  source.addEventListener("error", async () => {
    broken = true;
    say("lost");
    if (mine.readyState !== EventSource.CLOSED) return;
    await anew(); // the page itself says why: the session may have ended
    if (!over) setTimeout(listen, again);
    again = Math.min(LONGEST, 2 * again);
  });
}

function picked() {
  const place = document.getElementById("picked");
  const count = list.querySelectorAll("input:checked").length;
  if (place) place.textContent = count ? place.dataset.text.replace("{n}", count) : "";
}

const rows = () => [...list.querySelectorAll(".title")];
const on = document.getElementById("keys-on");
document.getElementById("keys").hidden = false;
on.checked = localStorage.getItem("tasuki-keys") === "on";
on.addEventListener("change", () => localStorage.setItem("tasuki-keys", on.checked ? "on" : "off"));
document.addEventListener("keydown", (event) => {
  if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  const known = rows();
  const here = document.activeElement?.closest?.("#cases > li");
  const at = known.indexOf(here?.querySelector(".title"));
  if (event.key === "j") known[Math.min(at + 1, known.length - 1)]?.focus();
  else if (event.key === "k") known[Math.max(at - 1, 0)]?.focus();
  else if (event.key === "a") here?.querySelector("button[name=take]")?.click();
  else if (event.key === "x") here?.querySelector("input[type=checkbox]")?.click();
  else if (event.key === "/") {
    document.querySelector("details.filter").open = true;
    document.getElementById("q").focus();
  } else return;
  event.preventDefault();
});
list.addEventListener("change", picked);
tick();
picked();
setInterval(tick, 1000);
setInterval(() => {
  if (stale && !broken && !over && !document.hidden) anew();
}, 30000);
listen();
