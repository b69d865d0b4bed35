// Talking to the API; addresses are relative so that the page works below any path.

export class Problem extends Error {
  constructor(document, status) {
    super(document.detail || `The server answered ${status}.`);
    this.errors = document.errors || [];
    this.status = status;
  }
}

export async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const reply = await fetch(`api/${path}`, options);
  if (reply.status === 401) toSignIn();
  const text = await reply.text();
  const document = text ? JSON.parse(text) : null;
  // Health says 503 while starting: that is still an answer.
  if (!reply.ok && !(document && document.parts)) throw new Problem(document || {}, reply.status);
  return document;
}

export const get = (path) => call("GET", path);

// A session has ended: sign in, and come back to this very page.
export function toSignIn() {
  const here = location.href.slice(document.baseURI.length).replace(/#.*/, "");
  location.assign(here ? `login?${new URLSearchParams({ next: here })}` : "login");
}

// An address with those of the values that are not empty.
export function address(path, values) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "" && value != null));
  return query.size ? `${path}?${query}` : path;
}
