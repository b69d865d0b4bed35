// What the page says, in its reader's language: the same catalogue that the templates use.

const reply = await fetch(`static/locales/${document.documentElement.lang}.json`);
const catalogue = await reply.json();

// The text of a key, with `{name}` filled in. A key that is missing shows itself.
export function t(key, values = {}) {
  const text = catalogue[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

const plural = new Intl.PluralRules(document.documentElement.lang);

// `key.one`, `key.other` ...: as many forms as the language has.
export const count = (key, n) => t(`${key}.${plural.select(n)}`, { n });

// The word for one of the API's own: `state.running`, `phase.blind`; a word that is unknown is shown as it is.
export function word(kind, value) {
  return catalogue[`${kind}.${value}`] ?? String(value).replaceAll("_", " ");
}
