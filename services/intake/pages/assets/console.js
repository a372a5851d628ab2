// The pages work without this file: it tells the server the reader's zone, counts deadlines down, and shows the present of a picture.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`tasuki-zone=${zone}`)) {
  document.cookie = `tasuki-zone=${zone}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

const SIZES = [86400, 3600, 60, 1];
function length(ms, units) {
  let rest = Math.floor(Math.abs(ms) / 1000);
  const parts = SIZES.map((size) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count;
  });
  const first = Math.max(0, parts.findIndex((count) => count > 0));
  const last = first === 2 && parts[2] < 5 ? 3 : Math.min(first + 1, 2);
  const from = parts.some(Boolean) ? first : 3;
  return parts.map((count, at) => (at >= from && at <= Math.max(last, from) ? `${count} ${units[at]}` : "")).filter(Boolean).join(" ");
}

// Puts into words how long it is until the time of an element, and says whether that has passed.
function countDown(element, texts, now) {
  const due = Number(element.dataset.due);
  const over = due < now;
  const text = (over ? texts.over : texts.left).replace("{t}", length(due - now, texts.units.split(",")));
  const place = element.querySelector("[data-left]");
  if (place && place.textContent !== text) place.textContent = text;
  return over;
}

function countAll() {
  for (const element of document.querySelectorAll("[data-due][data-left-text]")) {
    const { leftText: left, over, units } = element.dataset;
    element.classList.toggle("over", countDown(element, { left, over, units }, Date.now()));
  }
}
countAll();
setInterval(countAll, 1000);

// A page as it is now, or why there is none: "gone", "ended" (it leads to the login) or "lost". `part` is what it must hold.
async function pageNow(address, part) {
  const how = { credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout?.(20000) };
  const answer = await fetch(address, how).catch(() => null);
  if (answer?.type === "opaqueredirect") return "ended";
  if ([403, 404].includes(answer?.status)) return "gone";
  const text = answer?.ok ? await answer.text().catch(() => "") : "";
  const fresh = new DOMParser().parseFromString(text, "text/html");
  return fresh.getElementById(part) && fresh.getElementById("state") ? fresh : "lost";
}

// Where somebody is in the menus is seen on a phone too, which has no room for all of them.
for (const menu of document.querySelectorAll(".areas, .parts")) {
  const here = menu.querySelector("[aria-current]");
  if (here) menu.scrollLeft = here.offsetLeft + here.offsetWidth - menu.offsetLeft - menu.clientWidth;
}

for (const line of document.querySelectorAll(".week .now")) {
  const room = line.closest(".scroll");
  room.scrollLeft = Number(line.getAttribute("x1")) - room.clientWidth / 2;
}
