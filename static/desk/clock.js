/* A time of day as the page's language writes it: 13.05, or 13:05 in English; Helsinki time. */

export function clockTime(moment, language) {
  const locale = language === "en" ? "en-GB" : "fi-FI";
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone: "Europe/Helsinki", hourCycle: "h23" }).format(moment);
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
