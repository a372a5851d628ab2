// Shows messages while no page is open, says that they were shown, and takes the case when its button is pressed.
const FAILED = {
  ja: "お返事を送れませんでした。この通知を開いて、ページからお返事ください。",
  en: "Your answer could not be sent. Open this message and answer on the page.",
};

function report(told, event) {
  const body = JSON.stringify({ event, attempt: told.attempt, value: told.value });
  return fetch(`/callbacks/push/${told.id}`, { method: "POST", body, headers: { "content-type": "application/json" } });
}

function show(told, body, actions = []) {
  const loud = !told.taken && actions.length > 0;
  const options = { body, actions, tag: told.id, data: told, lang: told.lang, icon: "/assets/sash.svg" };
  return self.registration.showNotification(told.title, { ...options, renotify: loud, requireInteraction: loud, silent: told.taken });
}

async function acknowledge(told) {
  try {
    const answer = await report(told, "acknowledge");
    const known = answer.ok || answer.status === 409;
    await show(told, known ? await answer.text() : FAILED[told.lang]);
  } catch {
    await show(told, FAILED[told.lang]);
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const told = event.data.json();
  const actions = told.button ? [{ action: "acknowledge", title: told.button }] : [];
  const shown = show(told, told.body, actions);
  event.waitUntil(told.taken ? shown : shown.then(() => report(told, "shown").catch(() => {})));
});

self.addEventListener("notificationclick", (event) => {
  const told = event.notification.data;
  event.notification.close();
  if (event.action === "acknowledge") event.waitUntil(acknowledge(told));
  else if (told.url) event.waitUntil(self.clients.openWindow(told.url));
});
