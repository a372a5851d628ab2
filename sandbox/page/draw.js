// Draws each kind of thing as a node; text is always set as text, never as markup.
import { locale, word } from "/words.js";

export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((c) => c != null && c !== false));
  return node;
}

export const clock = (iso) =>
  new Date(iso).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const ended = (call) => !["queued", "ringing", "in-progress"].includes(call.status);

// Replaces only what changed, so that a button is not taken away under the finger.
export function fill(box, things, key, draw, empty) {
  const old = new Map([...box.children].map((node) => [node.dataset.key, node]));
  const nodes = things.map((thing) => {
    const name = String(key(thing));
    const state = locale() + JSON.stringify(thing);
    let node = old.get(name);
    if (!node || node.state !== state) {
      const opened = node ? [...node.querySelectorAll("details")].map((d) => d.open) : [];
      node = draw(thing);
      node.dataset.key = name;
      node.state = state;
      [...node.querySelectorAll("details")].forEach((d, i) => opened[i] !== undefined && (d.open = opened[i]));
    }
    return node;
  });
  const wanted = nodes.length ? nodes : [h(box.tagName === "OL" || box.tagName === "UL" ? "li" : "p", { class: "empty" }, empty)];
  if (wanted.length !== box.children.length || wanted.some((node, i) => node !== box.children[i])) box.replaceChildren(...wanted);
}

const LINK = /(https?:\/\/[^\s<>"'）」】]+)/;
export const linked = (text) =>
  text.split(LINK).map((part, i) => (i % 2 ? h("a", { href: part, target: "_blank", rel: "noreferrer" }, part) : part));

export function handset(call, act) {
  const talking = call.status === "in-progress";
  const machine = talking && call.machine;
  const button = (label, kind, verb, digits) => h("button", { type: "button", class: kind, onclick: () => act(call, verb, digits) }, label);
  const state = machine ? "machine" : talking ? "talking" : call.status === "ringing" ? "calling" : "dialling";
  const lines = call.said.map((line) => h("p", { class: "bubble", lang: line.language }, line.text));
  const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
  return h("article", { class: `handset ${state}` },
    h("div", { class: "who" },
      h("span", { class: "bell", "aria-hidden": "true" }, "☎"),
      h("div", {}, h("strong", {}, call.to), h("small", {}, `${word("from")} ${call.from}`)),
      h("span", { class: "state" }, word(state))),
    h("div", { class: "speech" }, lines.length ? lines : h("p", { class: "before" }, word("before"))),
    machine
      ? h("p", { class: "hint" }, word("nobody"))
      : talking
      ? [h("p", { class: "hint" }, call.listening ? word("listening") : word("speaking"), call.pressed && ` · ${word("pressed")}: ${call.pressed}`),
         h("div", { class: "keys" }, ["1", "2", "9"].map((k) => button(k, "key", "press", k)), button(word("hang_up"), "danger", "hang-up")),
         h("details", {}, h("summary", {}, word("all_keys")), h("div", { class: "pad" }, keys.map((k) => button(k, "key", "press", k))))]
      : h("div", { class: "keys" }, button(word("answer"), "go", "answer"), button(word("hang_up"), "danger", "decline")),
    ids(call));
}

export const ids = (thing) => thing.case_id && h("p", { class: "ids" }, thing.case_id);

export function past(call) {
  const machine = call.machine;
  const good = call.status === "completed" && call.pressed;
  return h("li", {},
    h("details", {},
      h("summary", {},
        h("time", {}, clock(call.created)), h("strong", {}, call.to),
        machine && h("span", { class: "tag warn" }, word("machine")),
        call.pressed && h("span", { class: "tag good" }, `${word("pressed")} ${call.pressed}`),
        h("span", { class: `tag ${good ? "good" : call.status === "completed" ? "" : "warn"}` }, word(call.status))),
      h("div", { class: "speech" }, call.said.map((line) => h("p", { class: "bubble", lang: line.language }, line.text))),
      h("ul", { class: "log" }, call.log.map((l) => h("li", {}, h("time", {}, clock(l.at)), ` ${l.what} ${l.value} `,
        l.status && h("span", { class: l.status < 300 ? "tag good" : "tag warn" }, String(l.status)), l.error && h("span", { class: "tag warn" }, l.error)))),
      ids(call)));
}

// Slack's own light markup: *bold*, _slanted_, `code`, <url|label>.
function marked(text) {
  const parts = String(text).split(/(<https?:\/\/[^>]+>|\*[^*\n]+\*|`[^`\n]+`)/);
  return parts.flatMap((part, i) => {
    if (i % 2 === 0) return part.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
    if (part[0] === "<") {
      const [url, label] = part.slice(1, -1).split("|");
      return h("a", { href: url, target: "_blank", rel: "noreferrer" }, label || url);
    }
    return h(part[0] === "*" ? "b" : "code", {}, part.slice(1, -1));
  });
}

const words = (t) => (t ? (t.type === "plain_text" ? [t.text] : marked(t.text)) : []);

function element(e, message, press) {
  if (e.type === "button") {
    const style = e.style === "primary" ? "go" : e.style === "danger" ? "danger" : "";
    if (e.url) return h("a", { class: `button ${style}`, href: e.url, target: "_blank", rel: "noreferrer" }, words(e.text));
    return h("button", { type: "button", class: style, onclick: () => press(message, e.action_id) }, words(e.text));
  }
  return h("span", {}, words(e));
}

function block(b, message, press) {
  switch (b.type) {
    case "header": return h("h4", {}, words(b.text));
    case "divider": return h("hr");
    case "section": return h("div", { class: "section" }, h("p", {}, words(b.text)),
      b.fields && h("div", { class: "fields" }, b.fields.map((f) => h("p", {}, words(f)))), b.accessory && element(b.accessory, message, press));
    case "context": return h("p", { class: "context" }, (b.elements || []).map((e) => element(e, message, press)));
    case "actions": return h("div", { class: "actions" }, (b.elements || []).map((e) => element(e, message, press)));
    default: return h("p", { class: "context" }, `[${b.type}]`);
  }
}

export function message(m, press) {
  return h("article", { class: "message" },
    h("div", { class: "avatar", "aria-hidden": "true" }, "襷"),
    h("div", { class: "body" },
      h("p", { class: "head" }, h("strong", {}, "Tasuki"), h("span", { class: "tag" }, m.to === m.channel ? `#${m.channel}` : `@${m.to}`), h("time", {}, clock(m.at)), m.updates > 0 && h("small", {}, word("edited"))),
      m.blocks.length ? m.blocks.map((b) => block(b, m, press)) : h("p", { class: "section" }, marked(m.text)),
      m.pressed.map((p) => h("p", { class: "context" }, `${p.user} → ${p.label || p.action_id} `, h("span", { class: p.status && p.status < 300 ? "tag good" : "tag warn" }, String(p.status ?? p.error))))));
}

export function mail(m) {
  const frame = m.html && h("iframe", { sandbox: "allow-popups allow-popups-to-escape-sandbox", title: m.subject, loading: "lazy" });
  if (frame) frame.srcdoc = `<base target="_blank"><style>body{font:14px/1.7 sans-serif;margin:12px}</style>${m.html}`;
  return h("article", { class: "mailitem" },
    h("details", { open: true },
      h("summary", {}, h("time", {}, clock(m.at)), h("strong", {}, m.subject || "—"), h("small", {}, `${word("to")}: ${m.to.join(", ")}`)),
      h("div", { class: "mailtext" }, linked(m.text || "")),
      frame && h("details", {}, h("summary", {}, word("as_html")), frame),
      h("details", {}, h("summary", {}, word("headers")), h("pre", {}, Object.entries(m.headers).map(([k, v]) => `${k}: ${v}`).join("\n")))));
}

export function ticket(t) {
  return h("article", { class: "ticket" },
    h("details", { open: true },
      h("summary", {}, h("span", { class: `tag st-${t.status}` }, word(t.status)), h("strong", {}, `#${t.id} ${t.subject}`), h("small", {}, t.organization)),
      t.tags.length > 0 && h("p", { class: "context" }, t.tags.map((tag) => h("span", { class: "tag" }, tag))),
      t.comments.map((c) => h("div", { class: `comment ${c.public ? "" : "internal"}` },
        h("p", { class: "head" }, h("strong", {}, c.author), h("span", { class: "tag" }, word(c.public ? "public" : "internal")), h("time", {}, clock(c.at))),
        h("p", { class: "pre" }, linked(c.body))))));
}
