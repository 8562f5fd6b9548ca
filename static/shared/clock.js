/* A time of day as the page's language writes it, in Helsinki: 9.05, or 9:05 in English. */

const PARTS = new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Helsinki", hourCycle: "h23" });

export function clockTime(moment, language) {
  const parts = Object.fromEntries(PARTS.formatToParts(new Date(moment)).map((part) => [part.type, part.value]));
  return `${Number(parts.hour)}${language === "en" ? ":" : "."}${parts.minute}`;
}

/* The strips of a part of the page for one state of its connection: live, slow, connecting or stale. */
export function showStrips(part, { state, since }, language) {
  const stale = part.querySelector('[data-strip="stale"]');
  stale.hidden = state !== "stale";
  part.querySelector('[data-strip="slow"]').hidden = state !== "slow";
  if (state !== "stale") return;
  const words = stale.querySelector("[data-since]");
  words.textContent = words.dataset.text.replace("{time}", clockTime(since ?? Date.now(), language));
}
