/* Puts a thread's messages on the page, made from the page's own templates: the same markup as the server's. */

import { clockTime } from "./clock.js";
import { cardIn, cardOf, onItsWay } from "./service-cards.js";

const HELSINKI = "Europe/Helsinki";

export class ThreadView {
  /* `list`: the element that holds the messages; `templates`: {mine, theirs, house, day}; `language`: fi, sv, en;
     `site`: the address by which messages name services; `growing(change)`: makes a change that takes more room. */
  constructor({ list, templates, language, site = "", endMark = null, growing = (change) => change() }) {
    Object.assign(this, { list, templates, language, site, endMark, growing });
    this.day = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: HELSINKI });
    this.dayName = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "numeric", timeZone: HELSINKI });
    this.full = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: HELSINKI });
  }

  get nonces() {
    return [...this.list.querySelectorAll("[data-nonce]")].map((node) => node.dataset.nonce);
  }

  node(nonce) {
    return this.list.querySelector(`[data-nonce="${CSS.escape(nonce)}"]`);
  }

  /* A message that the thread has. Returns its element, or null when it is on the page already. */
  show(message, seen) {
    const known = this.node(message.nonce);
    if (known?.dataset.seq) return null;
    const mine = Boolean(message.author.me);
    const node = known ?? this.#make(message.author.kind === "system" ? "house" : mine ? "mine" : "theirs");
    node.dataset.seq = message.seq;
    node.dataset.nonce = message.nonce;
    this.#fill(node, message);
    if (mine) node.dataset.state = message.seq <= seen ? "seen" : "sent";
    this.#dayLine(message.at);
    this.list.insertBefore(node, this.#firstUnsent() ?? this.endMark);
    return node;
  }

  /* A message of mine that is on its way, or did not go. */
  pending(item) {
    let node = this.node(item.nonce);
    if (node?.dataset.seq) return node;
    if (!node) {
      node = this.#make("mine");
      node.dataset.nonce = item.nonce;
      delete node.dataset.seq;
      this.#slot(node, "body", onItsWay(item));
      this.list.insertBefore(node, this.endMark);
    }
    node.dataset.state = item.state;
    const detail = node.querySelector('[data-slot="detail"]');
    if (detail) {
      detail.dataset.plain ??= detail.textContent;
      detail.textContent = item.detail || detail.dataset.plain;
    }
    node.querySelector("[data-retry]")?.toggleAttribute("hidden", item.final);
    return node;
  }

  seenUpTo(seq) {
    for (const node of this.list.querySelectorAll('.msg.mine[data-state="sent"]')) {
      if (Number(node.dataset.seq) <= seq) node.dataset.state = "seen";
    }
  }

  #make(kind) {
    const node = this.templates[kind].content.firstElementChild.cloneNode(true);
    node.classList.add("fresh");
    return node;
  }

  #fill(node, message) {
    this.#slot(node, "body", message.body);
    if (message.author.kind === "worker") this.#card(node, message.body);
    if (message.author.name) {
      this.#slot(node, "name", message.author.name);
      this.#slot(node, "initial", [...message.author.name][0]);
    }
    const time = node.querySelector("time");
    if (time) {
      time.dateTime = message.at;
      time.title = this.full.format(new Date(message.at));
      time.textContent = clockTime(message.at, this.language);
    }
  }

  async #card(node, body) {
    const text = cardIn(body, this.site);
    const card = text && (await cardOf(text.slug, this.language));
    const bubble = card && node.querySelector('[data-slot="body"]');
    if (!bubble || node.querySelector(".service-card")) return;
    this.growing(() => {
      bubble.textContent = text.words;
      bubble.hidden = !text.words;
      bubble.after(card);
    });
  }

  #slot(node, name, text) {
    const slot = node.querySelector(`[data-slot="${name}"]`);
    if (slot) slot.textContent = text;
  }

  #firstUnsent() {
    return this.list.querySelector('.msg.mine:not([data-seq]), .msg.mine[data-seq=""]');
  }

  #dayLine(moment) {
    const day = this.day.format(new Date(moment));
    const lines = this.list.querySelectorAll("[data-day]");
    if (!this.templates.day || lines[lines.length - 1]?.dataset.day === day) return;
    const line = this.templates.day.content.firstElementChild.cloneNode(true);
    line.dataset.day = day;
    const name = this.dayName.format(new Date(moment));
    line.textContent = name.charAt(0).toUpperCase() + name.slice(1);
    this.list.insertBefore(line, this.#firstUnsent() ?? this.endMark);
  }
}
