// Everything works without this file; it only saves a second press and offers a copy button.
for (const form of document.querySelectorAll("form[data-busy]")) {
  const buttons = [...form.querySelectorAll("button[type=submit]")];
  const labels = buttons.map((button) => button.textContent);
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    for (const button of buttons) button.setAttribute("aria-disabled", "true");
    (event.submitter ?? buttons[0]).textContent = form.dataset.busy;
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    buttons.forEach((button, at) => {
      button.removeAttribute("aria-disabled");
      button.textContent = labels[at];
    });
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
