// Everything works without this file: it saves a second press, keeps what is being written, and waits for a lost connection.
function busy(form) {
  let labels = new Map();
  let timer = 0;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formMethod === "dialog") return; // it sends nothing
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (form.dataset.offline && !navigator.onLine) {
      event.preventDefault();
      whenBack(form, event.submitter);
      return;
    }
    form.dataset.sent = "1";
    const parts = [...form.elements];
    labels = new Map(parts.filter((part) => part.type === "submit").map((button) => [button, button.innerHTML]));
    for (const button of labels.keys()) button.setAttribute("aria-disabled", "true");
    (event.submitter ?? [...labels.keys()][0]).textContent = form.dataset.busy;
    window.addEventListener("pageshow", back, { once: true });
    // Nothing tells that loading was stopped. A report or a deed that is sent again counts once; files would begin anew.
    clearTimeout(timer);
    timer = setTimeout(back, parts.some((part) => part.files?.length) ? 180000 : 15000);
  });
  const back = () => {
    delete form.dataset.sent;
    for (const [button, label] of labels) {
      button.removeAttribute("aria-disabled");
      button.innerHTML = label;
    }
  };
}
function whenBack(form, submitter) {
  if (form.querySelector(".offline")) return;
  const told = document.createElement("p");
  told.className = "summary offline";
  told.setAttribute("role", "alert");
  told.textContent = form.dataset.offline;
  form.append(told);
  const send = () => {
    told.remove();
    form.requestSubmit(submitter);
  };
  window.addEventListener("online", send, { once: true });
}

// What is being written stays in this tab alone, survives a page that does not come, and goes when it has been taken in.
const came = new URLSearchParams(location.search);
const sent = sessionStorage.getItem("sent");
const fresh = performance.getEntriesByType("navigation")[0].type === "navigate"; // else it was asked for before: no answer
if (sent && fresh && "taken" in document.getElementById("main").dataset) sessionStorage.removeItem(sent);
sessionStorage.removeItem("sent");
function draft(form) {
  const key = `draft ${form.dataset.draft}`;
  const kind = (field) => ("kept" in field.dataset ? "kept" : field.type); // by which the server knows what it has taken
  const fields = [...form.elements].filter((field) => field.name && !["hidden", "submit", "file"].includes(kind(field)));
  const ticks = (field) => ["radio", "checkbox"].includes(field.type);
  const name = (field) => (ticks(field) ? `${field.name}=${field.value}` : field.name);
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "{}");
  const asked = document.getElementById("summary");
  for (const field of fields) {
    const before = kept[name(field)];
    if (before === undefined || asked) continue;
    const carried = came.has(field.name); // by the address, and asked for now
    if (carried && fresh && field.tagName !== "TEXTAREA") continue;
    const brought = carried && field.tagName === "TEXTAREA" ? field.value : "";
    if (ticks(field)) field.checked = before;
    else if (brought && before) field.value = before.includes(brought) ? before : `${before}\n${brought}`;
    else if (["select-one", "kept"].includes(kind(field)) || !field.value) field.value = before;
    if (field.tagName === "TEXTAREA" && before) form.closest("details")?.setAttribute("open", "");
  }
  form.addEventListener("input", () => {
    const now = fields.map((field) => [name(field), ticks(field) ? field.checked : field.value]);
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(now)));
  });
}

function ends(form) {
  form.addEventListener("submit", () => sessionStorage.setItem("sent", `draft ${form.dataset.draft ?? form.dataset.ends}`));
}

// The forms of the page, or of a part that was put into it later.
function prepare(part) {
  part.querySelectorAll("form[data-busy]").forEach(busy);
  part.querySelectorAll("form[data-draft]").forEach(draft);
  part.querySelectorAll("form[data-draft], form[data-ends]").forEach(ends);
}
prepare(document);

// Answers of finished cases while a report is being typed.
for (const form of document.querySelectorAll("form[data-answers]")) {
  const place = document.getElementById("answers");
  let asked = "";
  let timer = 0;
  const look = async () => {
    const words = ["title", "facts"].map((name) => form.elements[name]?.value ?? "").join(" ").trim().slice(0, 200);
    if (words === asked) return;
    asked = words;
    const answer = await fetch(`${form.dataset.answers}&q=${encodeURIComponent(words)}`).catch(() => null);
    if (answer?.ok && words === asked) place.innerHTML = await answer.text();
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 500);
  });
}

// What a page can do without comes after it: the part of the same name of another page, and nothing where that one has none.
for (const place of document.querySelectorAll("[data-part]")) {
  const put = async () => {
    const answer = await fetch(place.dataset.part);
    const other = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = answer.ok ? other.getElementById(place.id) : null;
    part ? place.replaceWith(part) : place.remove();
  };
  put().catch(() => place.remove());
}

// What is too large to be sent is said while it is chosen, before minutes are spent on it.
for (const input of document.querySelectorAll("input[type=file][data-too-large]")) {
  input.addEventListener("change", () => {
    const chosen = [...input.form.querySelectorAll("input[type=file]")].flatMap((one) => [...one.files]);
    const sizes = chosen.map((file) => file.size);
    const most = sizes.reduce((sum, size) => sum + size, 0) > 20 * 2 ** 20 || Math.max(0, ...sizes) > 10 * 2 ** 20;
    const told = document.getElementById("files-error");
    told.hidden = !most;
    told.textContent = most ? input.dataset.tooLarge : "";
    if (most) input.value = "";
  });
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });
}
document.getElementById("summary")?.focus();
