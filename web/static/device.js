// "Notify me on this device": asks the browser, and tells the server how this device is reached.

import { call, get, Problem } from "./api.js";
import { notice } from "./dom.js";
import { worker } from "./install.js";
import { t } from "./text.js";

// `box` has a line of text and a button.
export async function offerNotifications(box) {
  const line = box.querySelector("p");
  const button = box.querySelector("button");
  let act = null;

  function say(state, change = null) {
    line.textContent = t(`device.${state}`);
    button.hidden = change === null;
    button.textContent = change ? t(`device.${change.name}`) : "";
    act = change;
  }

  async function look() {
    const manager = (await worker)?.pushManager;
    if (!isSecureContext) return say("insecure");
    if (!manager || !("Notification" in window)) return say("unsupported");
    const key = await serverKey();
    if (key === null) return say("switched_off");
    const subscription = await manager.getSubscription();
    if (subscription) return say("on", { name: "stop", run: () => stop(subscription) });
    if (Notification.permission === "denied") return say("denied");
    return say("off", { name: "start", run: () => start(manager, key) });
  }

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await act.run();
      notice("");
    } catch (error) {
      notice(error instanceof Problem ? error.message : t("device.failed", { why: error.message }));
    }
    button.disabled = false;
    await look();
  });
  await look();
}

async function serverKey() {
  try {
    return await get("notifications/pubkey");
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

async function start(manager, key) {
  if ((await Notification.requestPermission()) !== "granted") return;
  const subscription = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  try {
    await call("POST", "notifications/register", { sub: subscription.toJSON() });
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
}

async function stop(subscription) {
  await call("POST", "notifications/unregister", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
}
