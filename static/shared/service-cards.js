/* Services that are handed over in a message, by the rule of catalogue/cards.py: a text whose last line is the address of
   a service's page is shown as a card. The card itself comes from the server, as in the page. */

const PAGE = /^(?:\/(?:sv|en))?\/services\/([-a-zA-Z0-9_]{1,120})\/$/;
const MARK = "» ";

/* {words, slug}: what is said beside the card, and which service; null for any other text. */
export function cardIn(body, site) {
  const lines = body.trimEnd().split("\n");
  const last = lines.pop();
  const found = site && last.startsWith(site) ? PAGE.exec(last.slice(site.length)) : null;
  if (!found) return null;
  if (lines.at(-1)?.startsWith(MARK)) lines.pop();
  return { words: lines.join("\n").trimEnd(), slug: found[1] };
}

/* What a message of mine says while it is on its way. */
export function onItsWay({ body, name }) {
  return name ? [body.trimEnd(), `${MARK}${name}`].filter(Boolean).join("\n\n") : body;
}

/* What a listener hears of a text: everything but the address. */
export function spoken(body, site) {
  if (!cardIn(body, site)) return body;
  const lines = body.trimEnd().split("\n").slice(0, -1);
  return lines.map((line) => (line.startsWith(MARK) ? line.slice(MARK.length) : line)).join("\n");
}

/* The card's element; null when there is none to be had now: the text stands on its own. */
export async function cardOf(slug, language) {
  try {
    const response = await fetch(`${language === "fi" ? "" : `/${language}`}/services/${slug}/card/`, { credentials: "same-origin" });
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const card = page.querySelector(".service-card");
    return card && document.importNode(card, true);
  } catch {
    return null;
  }
}
