import { call, get } from "../api.js";
import { el, keyed, moment, notice, pill } from "../dom.js";
import { chosenCameras, offerCameras, onSubmit } from "../form.js";
import { keep } from "../refresh.js";
import { t, word } from "../text.js";

const form = (id) => document.getElementById(id);
const { items: cameras } = await get("cameras");

function sees({ role, cameras: names }) {
  if (names === null) return t("account.every_camera");
  const known = names.map((name) => cameras.find((camera) => camera.name === name)?.friendly_name ?? name);
  return known.join(", ") || word("role", role);
}

function button(text, question, act) {
  const node = el("button", { type: "button", className: "quiet" }, text);
  node.addEventListener("click", async () => {
    if (!confirm(question)) return;
    try {
      await act();
      refresh();
    } catch (error) {
      notice(error.message);
    }
  });
  return node;
}

function keyCard(key) {
  const revoke = button(t("account.revoke"), t("account.revoke_ask", { name: key.name }), () =>
    call("DELETE", `keys/${key.id}`),
  );
  const top = el("div", { className: "top" }, el("h3", {}, key.name), revoke);
  const used = key.used_at ? moment(key.used_at) : t("account.never");
  const facts = el(
    "p",
    { className: "facts" },
    el("code", {}, `${key.prefix}…`),
    pill(word("role", key.role), "muted"),
    key.read_only ? pill(t("account.read_only"), "muted") : null,
    el("span", {}, key.username),
    el("span", {}, sees(key)),
    el("span", {}, `${t("account.used")} `, used),
  );
  return el("article", { className: "card" }, top, facts);
}

function userCard(user) {
  const remove = button(t("account.remove"), t("account.remove_ask", { name: user.username }), () =>
    call("DELETE", `users/${encodeURIComponent(user.username)}`),
  );
  const top = el("div", { className: "top" }, el("h3", {}, user.username), remove);
  const facts = el("p", { className: "facts" }, pill(word("role", user.role), "muted"), el("span", {}, sees(user)));
  const more = el("details", {}, el("summary", {}, t("account.change")), changeForm(user));
  return el("article", { className: "card stack" }, top, facts, more);
}

function changeForm(user) {
  const node = form("change-user").content.firstElementChild.cloneNode(true);
  for (const option of node.role.options) option.defaultSelected = option.value === user.role;
  offerCameras(node, cameras, user.cameras ?? []);
  onSubmit(node, async ({ role, password }) => {
    const path = `users/${encodeURIComponent(user.username)}`;
    await call("PUT", `${path}/role`, { role, cameras: chosenCameras(node) });
    if (password) await call("PUT", `${path}/password`, { password });
    refresh();
  });
  return node;
}

async function update() {
  keyed(form("key-list"), (await get("keys")).items, (key) => String(key.id), keyCard);
  if (form("user")) keyed(form("user-list"), (await get("users")).items, (user) => user.username, userCard);
}

if (form("password")) {
  onSubmit(form("password"), ({ username, old_password, password }) =>
    call("PUT", `users/${encodeURIComponent(username)}/password`, { old_password, password }),
  );
}

if (form("key")) {
  offerCameras(form("key"), cameras);
  onSubmit(form("key"), async ({ name, role, read_only }) => {
    const body = { name, role, cameras: chosenCameras(form("key")), read_only: read_only === "on" };
    const { key } = await call("POST", "keys", body);
    form("new-key").querySelector("code").textContent = key;
    form("new-key").hidden = false;
    refresh();
  });
}

if (form("user")) {
  offerCameras(form("user"), cameras);
  onSubmit(form("user"), async ({ username, password, role }) => {
    await call("POST", "users", { username, password, role, cameras: chosenCameras(form("user")) });
    refresh();
  });
}

const refresh = keep(10000, update);
