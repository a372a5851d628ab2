// The page works without this file: it proposes questions while one is being typed.
for (const form of document.querySelectorAll("form[data-proposals]")) {
  const place = document.getElementById("proposals");
  const field = form.elements.q;
  let asked = field.value;
  let timer = 0;
  const look = async () => {
    const words = field.value.trim().slice(0, 200);
    if (words === asked) return;
    asked = words;
    const answer = await fetch(`${form.dataset.proposals}&q=${encodeURIComponent(words)}`).catch(() => null);
    if (answer?.ok && !answer.redirected && words === asked) place.innerHTML = await answer.text();
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 120);
  });
}
