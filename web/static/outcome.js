// What came of a changed configuration, in words.

import { t } from "./text.js";

export function outcomeText({ problems, changes, next_start, failures }) {
  const parts = [];
  if (problems.length) parts.push(t("outcome.refused"));
  if (changes.length) parts.push(t("outcome.changes", { changes: changes.join("; ") }));
  if (next_start.length) parts.push(t("outcome.next_start", { keys: next_start.join(", ") }));
  if (failures.length) parts.push(t("outcome.failures", { failures: failures.join("; ") }));
  return parts.join(" ");
}
