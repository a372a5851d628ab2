// Keeps the page in step with the sandbox and sends what the human does.
import { clock, ended, fill, h, handset, mail, message, past, ticket } from "/draw.js";
import { hush, isOn, ring, say, toggle } from "/sound.js";
import { speak, word } from "/words.js";

const KEEP = 100;
const $ = (id) => document.getElementById(id);
const seen = { calls: new Map(), messages: new Map(), mails: new Map(), tickets: new Map() };
let faults = [], autos = [], kinds = {}, lastInvocation = null, pending = false;

async function ask(method, path, body) {
  const response = await fetch(path, {
    method, headers: body ? { "Content-Type": "application/json" } : {}, body: body ? JSON.stringify(body) : undefined,
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail || response.status);
  return answer;
}

const attempt = (work) => work.catch((error) => { $("sent").textContent = error.message; });

function keep(box, key, thing) {
  box.set(key, thing);
  if (box.size > KEEP) box.delete(box.keys().next().value);
  draw();
}

function draw() {
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => { pending = false; drawNow(); });
}

function drawNow() {
  const newest = (box) => [...box.values()].reverse();
  const calls = newest(seen.calls);
  const live = calls.filter((c) => !ended(c));
  const ringing = live.filter((c) => c.status === "ringing");
  fill($("handsets"), live.slice(0, 12), (c) => c.sid, (c) => handset(c, act), word("no_call"));
  fill($("history"), calls.filter(ended).slice(0, 50), (c) => c.sid, past, word("no_history"));
  fill($("messages"), newest(seen.messages), (m) => m.ts, (m) => message(m, press), word("no_chat"));
  fill($("mails"), newest(seen.mails), (m) => m.id, mail, word("no_mail"));
  fill($("tickets"), newest(seen.tickets), (t) => t.id, ticket, word("no_ticket"));
  fill($("active"), faults, (f) => f.id, faultChip, "—");
  fill($("autos"), autos, (a) => a.to, autoChip, word("h_ring"));
  for (const [id, n] of [["n-phone", live.length], ["n-chat", seen.messages.size], ["n-mail", seen.mails.size], ["n-ticket", seen.tickets.size], ["n-fault", faults.length]]) $(id).textContent = n || "";
  $("banner").hidden = ringing.length === 0;
  $("banner").textContent = ringing.length ? `☎ ${ringing.map((c) => c.to).slice(0, 3).join(", ")} ${word("banner")}` : "";
  document.title = (ringing.length ? "☎ " : "") + word("title");
  ring(ringing.length > 0);
}

const faultChip = (f) => h("li", {}, `${word(f.channel)}: ${word(f.kind)} ${f.to && `→ ${f.to}`} (${f.count ? `${word("left")} ${f.count}` : word("c_inf")})`,
  h("button", { type: "button", class: "quiet", onclick: () => attempt(ask("DELETE", `/sandbox/faults?id=${f.id}`)) }, word("clear")));
const autoChip = (a) => h("li", {}, `${a.to === "*" ? word("allnumbers") : a.to}: ${habitName(a)}`,
  h("button", { type: "button", class: "quiet", onclick: () => attempt(ask("DELETE", `/sandbox/autos?to=${encodeURIComponent(a.to)}`)) }, word("clear")));
const habitName = (a) => a.decline_after != null ? word("h_decline") : a.answer_after == null ? word("h_ring") : `${word("answer")} ${a.answer_after}s${a.press ? ` → ${a.press}` : ""}`;

const act = (call, verb, digits) => {
  if (verb === "hang-up") hush();
  return attempt(ask("POST", `/sandbox/calls/${call.sid}/${verb}`, digits ? { digits } : {}));
};
const press = (m, action) => attempt(ask("POST", `/sandbox/messages/${m.ts}/press`, { action_id: action }));

function tell(what, answer) {
  const place = answer.location ? ` → ${answer.location}` : "";
  $("sent").className = `wide result ${answer.status && answer.status < 300 ? "good" : "warn"}`;
  $("sent").textContent = `${clock(answer.at)} ${what}: ${answer.status ?? word("unreachable")}${place} (${answer.milliseconds} ms) ${answer.status >= 300 ? answer.body.slice(0, 300) : answer.error}`;
}

async function reload() {
  const state = await ask("GET", "/sandbox/state");
  for (const box of Object.values(seen)) box.clear();
  for (const c of state.calls) seen.calls.set(c.sid, c);
  for (const m of state.messages) seen.messages.set(m.ts, m);
  for (const m of state.mails) seen.mails.set(m.id, m);
  for (const t of state.tickets) seen.tickets.set(t.id, t);
  ({ faults, autos, kinds } = state);
  names();
  draw();
}

function names() {
  const channel = $("fault").channel, kind = $("fault").kind;
  const options = (box, list) => {
    const chosen = box.value;
    box.replaceChildren(...list.map((name) => h("option", { value: name }, word(name))));
    if (list.includes(chosen)) box.value = chosen;
  };
  options(channel, Object.keys(kinds));
  options(kind, kinds[channel.value] || []);
}

function connect() {
  const stream = new EventSource("/sandbox/stream");
  const on = (name, then) => stream.addEventListener(name, (event) => then(JSON.parse(event.data)));
  stream.onopen = () => { $("link").className = "link on"; $("link").textContent = word("connected"); attempt(reload()); };
  stream.onerror = () => { $("link").className = "link off"; $("link").textContent = word("lost"); };
  on("call", (c) => { if (c.sid) { keep(seen.calls, c.sid, c); say(c); } });
  on("message", (m) => keep(seen.messages, m.ts, m));
  on("mail", (m) => keep(seen.mails, m.id, m));
  on("ticket", (t) => keep(seen.tickets, t.id, t));
  on("faults", (list) => { faults = list; draw(); });
  on("autos", (list) => { autos = list; draw(); });
  on("reset", () => attempt(reload()));
}

function nextTicket() { $("trigger").ticket_id.value = String(48000 + Math.floor(Math.random() * 50000)); }

$("trigger").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, fields = Object.fromEntries(["title", "priority", "impact", "ticket_id", "organization", "tags", "latest_comment"].map((n) => [n, form[n].value]));
  $("sent").textContent = word("sending");
  await attempt(ask("POST", "/sandbox/zendesk/trigger", { fields, signature: form.signature.value, age_seconds: Number(form.age.value) }).then((answer) => {
    lastInvocation = answer.invocation_id;
    $("replay").disabled = false;
    tell(word("send"), answer);
    nextTicket();
  }));
});
$("replay").addEventListener("click", () => attempt(ask("POST", "/sandbox/zendesk/replay", { invocation_id: lastInvocation }).then((a) => tell(word("replay"), a))));
$("alert").addEventListener("click", () => attempt(ask("POST", "/sandbox/alertmanager/alert", {}).then((a) => tell(word("alert"), a))));
$("fault").channel.addEventListener("change", names);
$("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  attempt(ask("POST", "/sandbox/faults", { channel: form.channel.value, kind: form.kind.value, count: form.count.value ? Number(form.count.value) : null, to: form.to.value, seconds: Number(form.seconds.value) }));
});
$("habit").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target, after = Number(form.after.value);
  const habits = { ring: {}, ack: { answer_after: after, press: "1", press_after: 0.5 }, pass: { answer_after: after, press: "2", press_after: 0.5 }, silent: { answer_after: after }, decline: { decline_after: after } };
  attempt(ask("PUT", "/sandbox/autos", { to: form.to.value || "*", ...habits[form.habit.value] }));
});
$("sound").addEventListener("click", () => { toggle(); sound(); draw(); });
$("language").addEventListener("click", () => { speak(true); sound(); names(); draw(); $("link").textContent = word("connected"); });
$("reset").addEventListener("click", () => confirm(word("reset_sure")) && attempt(ask("POST", "/sandbox/reset", {})));

function sound() {
  $("sound").textContent = word(isOn() ? "sound_on" : "sound_off");
  $("sound").setAttribute("aria-pressed", isOn());
}

speak(false);
sound();
nextTicket();
connect();
