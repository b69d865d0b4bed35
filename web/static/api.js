// Talking to the API; addresses are relative so that the page works below any path.

export class Problem extends Error {
  constructor(document, status) {
    super(document.detail || `The server answered ${status}.`);
    this.errors = document.errors || [];
  }
}

export async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const reply = await fetch(`api/${path}`, options);
  if (reply.status === 401) location.assign("login");
  const text = await reply.text();
  const document = text ? JSON.parse(text) : null;
  // Health says 503 while starting: that is still an answer.
  if (!reply.ok && !(document && document.parts)) throw new Problem(document || {}, reply.status);
  return document;
}

export const get = (path) => call("GET", path);
