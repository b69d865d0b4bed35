// Runs beside the pages: shows what is pushed, and a page of its own while the server can't be reached.
// Keeps nothing but what is the same for everybody.

const SHELL = "shell-1";
const KEPT = [
  "offline", "static/css/base.css", "static/css/frame.css", "static/css/forms.css", "static/icon.svg", "static/locales/en.json",
].map((path) => new URL(path, registration.scope).href);
const PICTURE_SECONDS = 8;
const MAX_PICTURE = 2 * 1024 * 1024;

const here = (path) => new URL(path, registration.scope).href;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { mode, method, url } = event.request;
  if (method === "GET" && (mode === "navigate" || KEPT.includes(url))) event.respondWith(reach(event.request));
});
self.addEventListener("push", (event) => event.waitUntil(show(event.data.json())));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew()));

async function install() {
  const cache = await caches.open(SHELL);
  await cache.addAll(KEPT.map((url) => new Request(url, { cache: "reload", credentials: "omit" })));
  await self.skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) if (name !== SHELL) await caches.delete(name);
  await clients.claim();
}

// The network's answer, whatever it is; what is kept only where there is none.
async function reach(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request.mode === "navigate" ? here("offline") : request.url);
    if (!kept) throw error;
    return kept;
  }
}

async function show(alert) {
  const t = await texts();
  const image = alert.status === "withdrawn" ? null : await picture(alert.picture);
  await registration.showNotification(title(t, alert), {
    body: alert.text,
    tag: alert.id, // what an alert becomes takes its place, without another sound
    timestamp: alert.time * 1000,
    icon: here("static/icons/192.png"),
    badge: here("static/icons/badge.png"),
    data: { url: alert.url },
    ...(image ? { image } : {}),
  });
}

function title(t, { camera, kind, status }) {
  if (kind !== "condition") return `${camera}: ${t[`kind.${kind}`] ?? kind}`;
  return status === "verified" ? camera : `${camera}: ${t[`status.${status}`] ?? status}`;
}

// Fetched with the session's cookie, as any picture; null where that is over, or we are not at home.
async function picture(path) {
  if (!path) return null;
  try {
    const reply = await fetch(here(path), { signal: AbortSignal.timeout(PICTURE_SECONDS * 1000) });
    const blob = await reply.blob();
    if (!reply.ok || blob.type !== "image/jpeg" || blob.size > MAX_PICTURE) return null;
    return await dataAddress(blob);
  } catch {
    return null;
  }
}

function dataAddress(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

async function texts() {
  const language = navigator.language.split("-")[0];
  const reply = await fetch(here(`static/locales/${language}.json`)).catch(() => null);
  const kept = reply?.ok ? reply : await caches.match(here("static/locales/en.json"));
  return kept ? kept.json() : {};
}

async function open(path) {
  const url = here(path);
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = windows.find((one) => one.url === url);
  return shown ? shown.focus() : clients.openWindow(url);
}

// The browser has changed how this device is reached.
async function renew() {
  const key = await (await fetch(here("api/notifications/pubkey"))).json();
  const sub = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await fetch(here("api/notifications/register"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ sub }),
  });
}
