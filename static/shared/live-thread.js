/* A thread on a page, live: what the log, the socket, the store and the view do together, for families and the desk
   alike. The page's element says where its reader is, and does what only its own page does.

   Events: "message" (detail: a message), "settled" (detail: what was sent and has arrived), "typing" (detail: {atEnd}), "contact" (detail: {contact, before}); the
   connection's own are its socket's. */

import { showStrips } from "./clock.js";
import { socketUrl } from "./live-socket.js";
import { spoken } from "./service-cards.js";
import { ThreadLog } from "./thread-log.js";
import { ThreadSocket } from "./thread-socket.js";
import { ThreadView } from "./thread-view.js";

const TYPING_SHOWN = 5_000;

export class LiveThread extends EventTarget {
  /* `as`: client or worker. `isAtEnd()` and `toEnd()`: where the reader is. `nameless`: what to call a family. */
  constructor(page, { as, store, csrf, isAtEnd, toEnd, nameless = null, other = null }) {
    super();
    Object.assign(this, { page, store, isAtEnd, toEnd, nameless });
    this.otherSide = other || (as === "client" ? "worker" : "client"); // between colleagues both are workers
    const { language, seq, socket, api, site } = page.dataset;
    this.list = page.querySelector("[data-thread]");
    this.toNew = page.querySelector("[data-to-new]");
    this.typingLine = page.querySelector("[data-typing]");
    this.announcer = page.querySelector("[data-announcer]");
    this.view = new ThreadView({ list: this.list, language, site, endMark: this.toNew, templates: templates(page), growing: (change) => this.#growing(change) });
    const seen = this.otherSide === "worker" ? page.dataset.seenWorker : page.dataset.seenClient;
    this.log = new ThreadLog({ after: Number(seq), seen: { [this.otherSide]: Number(seen) } });
    this.socket = new ThreadSocket({ log: this.log, socketUrl: socketUrl(socket), apiUrl: api, as, csrf });
    this.socket.addEventListener("change", (event) => this.#changed(event.detail));
    this.socket.addEventListener("status", (event) => this.show(event.detail));
    this.list.addEventListener("click", (event) => {
      const node = event.target.closest("[data-retry]")?.closest("[data-nonce]");
      if (node) this.socket.retry(node.dataset.nonce);
    });
    this.toNew.addEventListener("click", () => this.toEnd());
  }

  /* -- what the reader does ------------------------------------------------------------------------ */

  /* `more`: {service, name} of a service that goes along. */
  send(field, more = {}) {
    const item = { nonce: uuid(), body: field.value, at: new Date().toISOString(), ...more };
    this.store.add(item);
    field.value = "";
    this.store.draft = "";
    field.focus();
    this.socket.send(item);
    this.toEnd();
  }

  /* What the device kept through a reload: what is on its way goes on, unless the thread is over. */
  restore({ over = false } = {}) {
    const known = new Set(this.view.nonces);
    for (const item of this.store.all()) {
      if (known.has(item.nonce)) this.store.remove(item.nonce);
      else if (!over) this.socket.send(item);
    }
  }

  restoreDraft(field) {
    if (field && !field.value) field.value = this.store.draft;
  }

  /* All that is here has been read. */
  seen() {
    this.toNew.hidden = true;
    if (this.log.cursor) this.socket.seen(this.log.cursor);
  }

  /* -- what happens in the thread ------------------------------------------------------------------ */

  #changed(change) {
    switch (change.kind) {
      case "pending":
        this.view.pending(change.item);
        break;
      case "settled":
        this.store.remove(change.item.nonce);
        this.#say("settled", change.item);
        break;
      case "message":
        this.#message(change.message);
        break;
      case "seen":
        this.view.seenUpTo(change.seen[this.otherSide]);
        break;
      case "typing":
        if (change.author?.kind === this.otherSide) this.#typing();
        break;
      case "contact":
        this.#say("contact", change);
        break;
    }
  }

  #message(message) {
    const atEnd = this.isAtEnd();
    const name = message.author.name || (message.author.kind === "client" ? this.nameless : null);
    const author = { ...message.author, name: this.#called(name, message.author.role) };
    if (!this.view.show({ ...message, author }, this.log.seen[this.otherSide])) return;
    if (author.kind === this.otherSide) this.typingLine.hidden = true;
    if (!author.me) {
      this.announcer.textContent = [author.name, spoken(message.body, this.view.site)].filter(Boolean).join(": ");
      this.toNew.hidden = atEnd;
    }
    if (atEnd || author.me) this.toEnd();
    this.#say("message", message);
  }

  /* Whoever reads the newest words goes on seeing them. */
  #growing(change) {
    const atEnd = this.isAtEnd();
    change();
    if (atEnd) this.toEnd();
  }

  /* Colleagues read what each of them is; a family reads a first name. */
  #called(name, role) {
    return name && role && "withRole" in this.page.dataset ? `${name}, ${role}` : name;
  }

  #typing() {
    const atEnd = this.isAtEnd();
    this.typingLine.hidden = false;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => { this.typingLine.hidden = true; }, TYPING_SHOWN);
    this.#say("typing", { atEnd });
  }

  /* How the connection is. */
  show(status) {
    showStrips(this.page, status, this.page.dataset.language);
    const isStale = status.state === "stale";
    this.page.toggleAttribute("data-stale", isStale);
    if (isStale) this.typingLine.hidden = true;
  }

  #say(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

function templates(page) {
  const message = (name) => page.querySelector(`template[data-message="${name}"]`);
  return { mine: message("mine"), theirs: message("theirs"), house: message("house"), day: page.querySelector("template[data-day-line]") };
}

/* Pages opened without https have no crypto.randomUUID. */
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
