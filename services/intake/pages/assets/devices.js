// Switches push messages on for this device, and off again; the link in the address says for whom.
const card = document.getElementById("device");
const path = `/callbacks/push-subscription/${card.dataset.token}`;
const [on, off] = ["on", "off"].map((name) => card.querySelector(`[data-do=${name}]`));

function say(state) {
  for (const text of card.querySelectorAll("[data-state]")) text.hidden = text.dataset.state !== state;
}

async function tell(method, subscription) {
  const body = JSON.stringify({ ...subscription.toJSON(), label: document.getElementById("label").value.trim() });
  const answer = await fetch(path, { method, body, headers: { "content-type": "application/json" } });
  if (!answer.ok) throw new Error(answer.status === 410 ? "gone" : "failed");
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("refused"); // asked within the press
  const { key } = await (await fetch("/callbacks/push-key")).json();
  if (!key) throw new Error("closed");
  await navigator.serviceWorker.register("/sw.js");
  const registration = await navigator.serviceWorker.ready;
  const before = await registration.pushManager.getSubscription();
  await tell("POST", before ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })));
  off.hidden = false;
  return "done";
}

async function turnOff() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription) {
    await tell("DELETE", subscription);
    await subscription.unsubscribe();
  }
  off.hidden = true;
  return "stopped";
}

function does(button, work) {
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try {
      say(await work());
    } catch (problem) {
      say(["refused", "closed", "gone"].includes(problem.message) ? problem.message : "failed");
    }
    button.removeAttribute("aria-disabled");
  });
}

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  does(on, turnOn);
  does(off, turnOff);
  on.hidden = false;
  navigator.serviceWorker
    .getRegistration("/")
    .then((registration) => registration?.pushManager.getSubscription())
    .then((subscription) => (off.hidden = !subscription));
} else {
  say("unable");
}
