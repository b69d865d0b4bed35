// The configuration's files as text: checked, saved and taken back. Hidden values are tokens that stay where they are.

import { call, get } from "../api.js";
import { el, moment } from "../dom.js";
import { outcomeText } from "../outcome.js";
import { t } from "../text.js";

const node = (id) => document.getElementById(id);
const text = node("text");
let file = 0;
let etag = "";
let saved = "";
let wrong = new Set();

function number() {
  const lines = text.value.split("\n").length;
  const parts = Array.from({ length: lines }, (_, i) => (wrong.has(i + 1) ? el("b", {}, `${i + 1}`) : `${i + 1}`));
  node("gutter").replaceChildren(...parts.flatMap((part) => [part, "\n"]));
  node("gutter").scrollTop = text.scrollTop;
}

function goTo(line, column) {
  const before = text.value.split("\n").slice(0, line - 1);
  const start = before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  text.focus();
  text.setSelectionRange(start, start + 1);
  text.scrollTop = Math.max(0, (line - 5) * 21);
}

// Mistakes of other files have a place in them, none here.
function complain(problems) {
  const own = ({ field, line }) => line && (field === `${line}` || field.startsWith(`${node("file").selectedOptions[0].text}:`) || /^\d+:\d+$/.test(field));
  wrong = new Set(problems.filter(own).map(({ line }) => line));
  node("mistakes").replaceChildren(
    ...problems.map((problem) => {
      const { field, line, column, message } = problem;
      if (!own(problem)) return el("li", { className: "error" }, `${field}: ${message}`);
      const button = el("button", { type: "button" }, t("settings.mistake", { line, column, message }));
      button.addEventListener("click", () => goTo(line, column));
      return el("li", {}, button);
    }),
  );
  number();
}

function showDiff(diff) {
  const kind = { "+": "came", "-": "went", "@": "where" };
  node("diff").replaceChildren(...diff.split("\n").map((line) => el("span", { className: kind[line[0]] ?? "" }, line)));
  node("diff").hidden = !diff;
}

async function show(document) {
  etag = document.etag;
  saved = text.value = document.text ?? "";
  node("file").replaceChildren(...document.files.map((name, i) => el("option", { value: i, selected: i === document.file }, name)));
  node("file-field").hidden = document.files.length < 2;
  const notes = [];
  if (document.text === null) notes.push(t("settings.hidden"));
  if (!document.writable) notes.push(t("settings.read_only"));
  node("file-state").textContent = notes.join(" ");
  node("save").disabled = !document.writable;
  complain(document.outcome.problems);
  showDiff("");
  text.scrollTop = 0;
  await versions();
}

async function act(button, work) {
  button.disabled = true;
  node("said").textContent = "";
  node("said").className = "";
  try {
    await work();
  } catch (error) {
    node("said").className = "error";
    node("said").textContent = error.errors?.length ? t("settings.refused", { n: error.errors.length }) : error.message;
    complain(error.errors ?? []);
  } finally {
    button.disabled = false;
  }
}

async function load() {
  await show(await get(`config/raw?file=${file}`));
}

async function save() {
  const document = await call("PUT", "config/raw", { file, text: text.value, etag });
  await show(document);
  node("said").textContent = `${t("settings.saved")} ${outcomeText(document.outcome)}`;
}

async function check() {
  const { outcome, diff } = await call("POST", "config/check", { file, text: text.value, etag });
  complain(outcome.problems);
  showDiff(diff);
  const n = outcome.problems.length;
  node("said").className = n ? "error" : "";
  const fine = diff ? `${t("settings.fine")} ${outcomeText(outcome)}` : t("settings.same");
  node("said").textContent = n ? t("settings.mistakes", { n }) : fine;
}

async function versions() {
  const { items } = await get(`config/versions?file=${file}`);
  node("versions").replaceChildren(...items.map(row));
  node("versions-empty").hidden = items.length > 0;
}

function row(version) {
  const words = t(`change.${version.why.split(/[ :]/)[0]}`, { who: version.who });
  const title = el("span", {}, moment(version.time, true), ` · ${words.startsWith("change.") ? `${version.who}: ${version.why}` : words}`);
  const look = el("button", { type: "button", className: "quiet" }, t("settings.changes"));
  const back = el("button", { type: "button", className: "quiet" }, t("settings.restore"));
  const box = el("div", {});
  look.addEventListener("click", () => act(look, async () => {
    const { diff } = await get(`config/versions/${version.id}`);
    showDiff(diff);
    node("diff").scrollIntoView({ block: "nearest" });
    node("diff").focus();
    if (!diff) node("said").textContent = t("settings.same");
  }));
  back.addEventListener("click", () => act(back, async () => {
    if (!confirm(t("settings.restore_ask"))) return;
    const document = await call("POST", `config/versions/${version.id}/restore`, { etag });
    await show(document);
    node("said").textContent = `${t("settings.restored")} ${outcomeText(document.outcome)}`;
  }));
  const state = version.current ? el("span", { className: "pill good" }, t("settings.current")) : null;
  const top = el("div", { className: "top" }, title, state, look, version.current ? null : back);
  return el("li", { className: "card" }, top, box);
}

text.addEventListener("input", number);
text.addEventListener("scroll", () => (node("gutter").scrollTop = text.scrollTop));
node("save").addEventListener("click", () => act(node("save"), save));
node("check").addEventListener("click", () => act(node("check"), check));
node("load").addEventListener("click", () => {
  if (text.value === saved || confirm(t("settings.discard"))) act(node("load"), load);
});
node("file").addEventListener("change", () => {
  if (text.value !== saved && !confirm(t("settings.discard"))) {
    node("file").value = file;
    return;
  }
  file = Number(node("file").value);
  act(node("load"), load);
});
addEventListener("beforeunload", (event) => {
  if (text.value !== saved) event.preventDefault();
});

const { items } = await get("cameras");
const link = ({ name, friendly_name }) => el("li", {}, el("a", { href: `settings/cameras/${encodeURIComponent(name)}` }, friendly_name));
node("camera-links").replaceChildren(...items.map(link));
await act(node("load"), load);
