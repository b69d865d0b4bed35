// Has the service worker see to all pages, where the browser allows one: over https, or on the machine itself.

export const worker = navigator.serviceWorker?.register("service-worker.js").catch(() => null) ?? Promise.resolve(null);
