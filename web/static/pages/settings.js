// The configuration's files as text: checked, saved and taken back. Hidden values are tokens that stay where they are.

import { call, get } from "../api.js";
import { el } from "../dom.js";
import { outcomeText } from "../outcome.js";
import { showDiff } from "../settings/diff.js";
import { Editor } from "../settings/editor.js";
import { versionRow } from "../settings/versions.js";
import { t } from "../text.js";

const node = (id) => document.getElementById(id);
const editor = new Editor(node("text"), node("gutter"), node("mistakes"));
let file = 0;
let etag = "";

const complain = (problems) => editor.complain(problems, node("file").selectedOptions[0]?.text);
const written = () => ({ file, text: editor.value, etag });

function say(words, tone = "") {
  node("said").className = tone;
  node("said").textContent = words;
}

async function show(document) {
  etag = document.etag;
  editor.show(document.text ?? "");
  node("file").replaceChildren(...document.files.map((name, i) => el("option", { value: i, selected: i === document.file }, name)));
  node("file-field").hidden = document.files.length < 2;
  const notes = [document.text === null && t("settings.hidden"), !document.writable && t("settings.read_only")];
  node("file-state").textContent = notes.filter(Boolean).join(" ");
  node("save").disabled = !document.writable;
  complain(document.outcome.problems);
  showDiff(node("diff"), "");
  await list();
}

async function act(button, work) {
  button.disabled = true;
  say("");
  try {
    await work();
  } catch (error) {
    say(error.errors?.length ? t("settings.refused", { n: error.errors.length }) : error.message, "error");
    complain(error.errors ?? []);
  } finally {
    button.disabled = false;
  }
}

async function load() {
  await show(await get(`config/raw?file=${file}`));
}

async function save() {
  const document = await call("PUT", "config/raw", written());
  await show(document);
  say(`${t("settings.saved")} ${outcomeText(document.outcome)}`);
}

async function check() {
  const { outcome, diff } = await call("POST", "config/check", written());
  complain(outcome.problems);
  showDiff(node("diff"), diff);
  const n = outcome.problems.length;
  if (n) say(t("settings.mistakes", { n }), "error");
  else say(diff ? `${t("settings.fine")} ${outcomeText(outcome)}` : t("settings.same"));
}

async function list() {
  const { items } = await get(`config/versions?file=${file}`);
  const look = ({ id }, button) => act(button, () => compare(id));
  const restore = ({ id }, button) => act(button, () => goBack(id));
  node("versions").replaceChildren(...items.map((version) => versionRow(version, { look, restore })));
  node("versions-empty").hidden = items.length > 0;
}

async function compare(id) {
  const { diff } = await get(`config/versions/${id}`);
  showDiff(node("diff"), diff);
  node("diff").scrollIntoView({ block: "nearest" });
  node("diff").focus();
  if (!diff) say(t("settings.same"));
}

async function goBack(id) {
  if (!confirm(t("settings.restore_ask"))) return;
  const document = await call("POST", `config/versions/${id}/restore`, { etag });
  await show(document);
  say(`${t("settings.restored")} ${outcomeText(document.outcome)}`);
}

const mayDiscard = () => !editor.isChanged || confirm(t("settings.discard"));

node("save").addEventListener("click", () => act(node("save"), save));
node("check").addEventListener("click", () => act(node("check"), check));
node("load").addEventListener("click", () => mayDiscard() && act(node("load"), load));
node("file").addEventListener("change", () => {
  if (mayDiscard()) {
    file = Number(node("file").value);
    act(node("load"), load);
  } else node("file").value = file;
});
addEventListener("beforeunload", (event) => {
  if (editor.isChanged) event.preventDefault();
});

const { items } = await get("cameras");
const link = ({ name, friendly_name }) => el("li", {}, el("a", { href: `settings/cameras/${encodeURIComponent(name)}` }, friendly_name));
node("camera-links").replaceChildren(...items.map(link));
await act(node("load"), load);
