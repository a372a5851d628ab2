// The search of the FAQ site: pairs of letters, rare ones count more, so that a misspelt word still finds something.
"use strict";
(function () {
  const articles = window.ARTICLES || [];
  const box = document.getElementById("q");
  const list = document.getElementById("found");

  function folded(text) {
    return text
      .normalize("NFKC")
      .toLowerCase()
      .replace(/[\u30a1-\u30f6]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60))
      .replace(/[\u30fc\s\u3000-\u3003.,!?'"()\-]/g, "");
  }

  function pairs(text) {
    const letters = Array.from(folded(text).slice(0, 4000));
    const found = new Set(letters.length === 1 ? letters : []);
    for (let n = 0; n + 1 < letters.length; n += 1) found.add(letters[n] + letters[n + 1]);
    return found;
  }

  const holders = new Map();
  const entries = articles.map(([name, question, phrasings, answer]) => {
    const asked = [question].concat(phrasings).map(pairs);
    const entry = { name, question, asked, answer: pairs(answer) };
    const all = new Set(entry.answer);
    asked.forEach((set) => set.forEach((pair) => all.add(pair)));
    all.forEach((pair) => holders.set(pair, (holders.get(pair) || 0) + 1));
    return entry;
  });

  function rarity(pair) {
    return Math.log(1 + entries.length / (holders.get(pair) || entries.length));
  }

  function shared(wanted, set) {
    let sum = 0;
    wanted.forEach((pair) => { if (set.has(pair)) sum += rarity(pair); });
    return sum / Math.sqrt(6 + set.size);
  }

  function search(text) {
    const wanted = pairs(text.slice(0, 400));
    const scored = entries.map((entry) => ({
      entry,
      score: 3 * Math.max(...entry.asked.map((set) => shared(wanted, set))) + shared(wanted, entry.answer),
    }));
    scored.sort((a, b) => b.score - a.score);
    return scored.slice(0, 8).map((one) => one.entry);  // the nearest, even where nothing fits
  }

  function show() {
    list.replaceChildren();
    if (!box.value.trim()) return;
    search(box.value).forEach((entry) => {
      const link = document.createElement("a");
      link.href = entry.name;
      link.textContent = entry.question;
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    });
  }

  box.addEventListener("input", show);
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = list.querySelector("a");
    if (first) first.click();
  });
  show();
})();
