import { get } from "../api.js";
import { offerNotifications } from "../device.js";
import { el, keyed, percent, pill, words } from "../dom.js";
import { list, TONES } from "../health.js";
import { journal } from "../log.js";
import { plot } from "../plot.js";
import { hear, keep } from "../refresh.js";
import { t, word } from "../text.js";

const place = (id) => document.getElementById(id);
const admin = place("judges") !== null;
const bytes = (n) => (n < 2 ** 30 ? `${Math.round(n / 2 ** 20)} MB` : `${(n / 2 ** 30).toFixed(1)} GB`);
const number = (n) => Math.round(n).toLocaleString();
const fps = (n) => n.toFixed(1);
const cpu = (n) => percent(n / 100);
const span = () => document.querySelector('input[name="span"]:checked').value;

keep(5000, async () => list(place("parts"), (await get("health")).parts, { next: true }));
keep(5000, async () => showStats(await get("stats")));
const drawn = keep(30000, draw);
for (const choice of document.querySelectorAll('input[name="span"]')) choice.addEventListener("change", drawn);
if (admin) showLog();
await offerNotifications(place("device"));

// As it is pushed; asked for now and then, for whoever is cut off.
function showLog() {
  const { update, take } = journal(place("log"));
  const catchUp = keep(30000, update);
  hear(["log"], (_, { lines }) => take(lines) || catchUp());
}

function showStats({ cameras, service }) {
  const rows = Object.entries(cameras).map(([name, one]) => ({ name, ...one }));
  place("no-cameras").hidden = rows.length > 0;
  keyed(place("camera-rows"), rows, (one) => one.name, cameraRow);
  const facts = [[t("system.version"), service.version], [t("system.up"), duration(service.uptime ?? 0)]];
  for (const [folder, { used, total }] of Object.entries(service.storage ?? {}))
    facts.push([t("system.disk"), t("system.of", { used: bytes(used * 2 ** 20), total: bytes(total * 2 ** 20), folder })]);
  put("facts", facts);
}

function cameraRow({ name, camera_fps, process_fps, skipped_fps, decoder, reconnects }) {
  const cells = [fps(camera_fps), fps(process_fps), fps(skipped_fps), decoder || "–", number(reconnects ?? 0)];
  return el("tr", {}, el("th", { scope: "row" }, words(name)), ...cells.map((text) => el("td", {}, text)));
}

async function draw() {
  const { start, step, loads, counts } = await get(`history?span=${span()}`);
  const of = (prefix) => Object.entries(loads).filter(([name]) => name.startsWith(prefix));
  const named = (prefix) => of(prefix).map(([name, values]) => ({ name: word("process", name.slice(prefix.length)), values }));
  const counted = (...names) => names.map((name) => ({ name: t(`plot.${name}`), values: counts[name] }));
  const plots = [
    { title: t("plot.cpu"), series: named("cpu "), show: cpu },
    { title: t("plot.memory"), series: named("memory "), show: bytes },
    { title: t("plot.pictures"), series: ["fps", "skipped"].filter((name) => name in loads).map((name) => ({ name: t(`plot.${name}`), values: loads[name] })), show: fps },
    { title: t("plot.looks"), series: counted("looks", "failed"), show: number, bars: true },
    { title: t("plot.cost"), series: counted("tokens"), show: number, bars: true },
    { title: t("plot.alerts"), series: counted("alerts"), show: number, bars: true },
  ].filter(({ series }) => series.length > 0);
  keyed(place("plots"), plots.map((one) => ({ ...one, start, step })), (one) => one.title, plot);
  if (admin) showSystem(await get(`system?span=${span()}`));
}

function showSystem({ judges, waiting, used_bytes }) {
  keyed(place("judges"), judges, (judge) => judge.name, judgeCard);
  const ways = Object.entries(waiting).map(([way, n]) => [t("system.waiting", { way }), number(n)]);
  put("kept", [...ways, [t("system.kept"), bytes(used_bytes)]]);
}

function judgeCard({ name, state, detail, abilities, served }) {
  const top = el("div", { className: "top" }, el("h3", {}, name), pill(word("part", state), TONES[state]));
  return el("article", { className: "card stack" }, top, detail ? el("p", { className: "hint" }, detail) : null, can(abilities), ...served.map(service));
}

function can(abilities) {
  return abilities.length ? el("dl", {}, ...abilities.flatMap((one) => [el("dt", {}, t(`ability.${one.name}`)), el("dd", {}, known(one))])) : null;
}

function known({ name, answer, value, learned, at }) {
  const detail = value === null ? "" : t(`ability.${name}.${name === "images" ? answer : value}`, { n: value });
  const how = learned ? t(`learned.${learned}`, { time: at === null ? "" : new Date(at * 1000).toLocaleDateString() }) : "";
  return [t(`answer.${answer}`), detail, how].filter(Boolean).join(", ");
}

function service({ model, looks, failed, tokens, latency, slowest }) {
  const seconds = (n) => (n === null ? "–" : t("look.seconds", { seconds: n.toFixed(2) }));
  const parts = [
    t("system.served", { looks: number(looks), failed: number(failed), share: percent(looks ? failed / looks : 0) }),
    t("system.latency", { mean: seconds(latency), slowest: seconds(slowest) }),
    t("look.tokens", { tokens: number(tokens) }),
  ];
  return el("p", { className: "facts" }, el("b", {}, model || "–"), ...parts.map((text) => el("span", {}, text)));
}

function put(id, facts) {
  place(id).replaceChildren(...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value))]));
}

function duration(seconds) {
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  return days ? t("system.days", { days, hours }) : t("system.hours", { hours, minutes });
}
