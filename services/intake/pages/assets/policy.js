// The page works without this file: it has a draft checked while somebody types, and leads to the line that a finding is about.
for (const form of document.querySelectorAll("form[data-lint]")) {
  const state = document.getElementById("lint");
  let typed = 0;
  let busy = false;
  let timer = 0;
  const check = async () => {
    if (busy) return; // what was typed meanwhile is checked afterwards
    busy = true;
    const now = typed;
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.lint, { method: "POST", body }).catch(() => null);
    if (answer?.ok && !answer.redirected) {
      const told = document.createElement("template");
      told.innerHTML = await answer.text();
      if (now === typed) {
        document.getElementById("found")?.remove(); // what was found in an older draft
        for (const part of told.content.querySelectorAll("[data-for]")) document.getElementById(part.dataset.for).replaceChildren(...part.childNodes);
      }
    } else {
      state.textContent = state.dataset.away;
    }
    busy = false;
    if (now !== typed) check();
  };
  form.addEventListener("input", (event) => {
    if (!event.target.matches("textarea.source")) return;
    typed += 1;
    clearTimeout(timer);
    timer = setTimeout(check, 600);
  });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  const field = link && document.querySelector(link.getAttribute("href"));
  if (!field) return;
  event.preventDefault();
  field.closest("details").open = true;
  const before = field.value.split("\n").slice(0, Math.max(0, Number(link.dataset.line) - 1));
  const from = before.reduce((sum, line) => sum + line.length + 1, 0);
  const end = field.value.indexOf("\n", from);
  field.focus();
  field.setSelectionRange(from, end < 0 ? field.value.length : end);
  field.scrollTop = Math.max(0, before.length - 3) * (field.scrollHeight / field.value.split("\n").length);
});
