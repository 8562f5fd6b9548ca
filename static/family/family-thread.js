/* The contact's page, live. Glue only: the log, the socket and the store do the thinking.

   What the server can render it renders: when the contact's state or place in the queue changes, the page's panels
   ([data-live]) are fetched again and put in place, so that there is one markup and no text in this file. */

import { PendingStore } from "../shared/pending-store.js";
import { ThreadLog } from "../shared/thread-log.js";
import { ThreadSocket } from "../shared/thread-socket.js";
import { ThreadView } from "../shared/thread-view.js";
import { TextCounter } from "./text-counter.js";

const TYPING_SHOWN = 5_000;
const PANELS_APART = 3_000;

class FamilyThread extends HTMLElement {
  unread = 0;

  connectedCallback() {
    this.form = this.querySelector("[data-composer]");
    this.field = this.form.elements.body;
    this.list = this.querySelector("[data-thread]");
    this.toNew = this.querySelector("[data-to-new]");
    this.typingLine = this.querySelector("[data-typing]");
    this.announcer = this.querySelector("[data-announcer]");
    const template = (name) => this.querySelector(`template[data-message="${name}"]`);
    this.view = new ThreadView({
      list: this.list,
      language: this.dataset.language,
      endMark: this.toNew,
      templates: { mine: template("mine"), theirs: template("theirs"), house: template("house"), day: this.querySelector("template[data-day-line]") },
    });
    this.store = new PendingStore(this.dataset.contact);
    this.counter = new TextCounter(this.field, this.querySelector("[data-counter]"), Number(this.dataset.limit));
    this.log = new ThreadLog({ after: Number(this.dataset.seq), seen: { worker: Number(this.dataset.seenWorker) } });
    this.socket = new ThreadSocket({
      log: this.log,
      socketUrl: new URL(this.dataset.socket, globalThis.location.href.replace(/^http/, "ws")).href,
      apiUrl: this.dataset.api,
      as: "client",
      csrf: () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? this.form.elements.csrfmiddlewaretoken.value,
    });
    this.#listen();
    this.#restore();
    this.#showScriptOnly();
    if (this.over) {
      if (this.store.all().length || this.store.draft) this.#ended(this.form);
    } else {
      this.socket.start();
      if (this.dataset.phase === "talk" || this.dataset.phase === "answering") this.#toEnd();
    }
  }

  disconnectedCallback() {
    this.socket?.stop();
  }

  get over() {
    return this.dataset.phase === "closed" || this.dataset.phase === "left";
  }

  /* -- what the reader does ----------------------------------------------------------------------- */

  #listen() {
    this.form.addEventListener("submit", (event) => {
      if (this.over) {
        this.store.erase();
        return;
      }
      event.preventDefault();
      this.#send();
    });
    this.field.addEventListener("input", () => {
      this.store.draft = this.field.value;
      this.counter.update();
      if (this.field.value) this.socket.typing();
    });
    const keyboard = globalThis.matchMedia("(pointer: fine)").matches;
    this.form.querySelector("[data-keys]").hidden = !keyboard;
    this.field.addEventListener("keydown", (event) => {
      if (!keyboard || event.key !== "Enter" || event.shiftKey || event.isComposing || this.over) return;
      event.preventDefault();
      this.#send();
    });
    this.list.addEventListener("click", (event) => {
      const node = event.target.closest("[data-retry]")?.closest("[data-nonce]");
      if (node) this.socket.retry(node.dataset.nonce);
    });
    /* A plain form takes the reader to another page: what the socket hears meanwhile must not get in its way. */
    this.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      this.leaving = true;
      this.socket.stop();
    });
    this.toNew.addEventListener("click", () => this.#toEnd());
    this.addEventListener("change", (event) => {
      const form = event.target.closest("[data-topic-form]");
      if (form) this.#post(form);
    });
    this.addEventListener("click", (event) => this.#button(event));
    this.socket.addEventListener("change", (event) => this.#changed(event.detail));
    this.socket.addEventListener("status", (event) => this.#status(event.detail));
    this.socket.addEventListener("ended", () => this.#panels());
    globalThis.addEventListener("scroll", () => this.#seen(), { passive: true });
    document.addEventListener("visibilitychange", () => this.#seen());
    globalThis.addEventListener("focus", () => this.#seen());
  }

  #send() {
    const body = this.field.value;
    if (!body.trim() || this.counter.isOver) {
      this.field.focus();
      return;
    }
    const item = { nonce: crypto.randomUUID?.() ?? uuid(), body, at: new Date().toISOString() };
    this.store.add(item);
    this.field.value = "";
    this.store.draft = "";
    this.counter.update();
    this.field.focus();
    this.socket.send(item);
    this.#toEnd();
  }

  /* A choice that needs no page of its own: sent as the form would be. */
  async #post(form) {
    try {
      await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Panels": "1" }, credentials: "same-origin" });
    } catch {
      form.querySelector("[data-no-script]")?.removeAttribute("data-no-script");
    }
  }

  #button(event) {
    if (event.target.closest("[data-print]")) globalThis.print();
    const copy = event.target.closest("[data-copy-code]");
    if (copy) {
      const card = copy.closest("[data-return-code]");
      navigator.clipboard?.writeText(card.querySelector("[data-code]").dataset.code).then(() => {
        card.querySelector("[data-copied]").hidden = false;
      });
    }
  }

  /* -- what is kept on this device ------------------------------------------------------------------ */

  #restore() {
    if (!this.field.value) this.field.value = this.store.draft;
    this.counter.update();
    const known = new Set(this.view.nonces);
    for (const item of this.store.all()) {
      if (known.has(item.nonce)) this.store.remove(item.nonce);
      else if (!this.over) this.socket.send(item);
    }
  }

  #showScriptOnly() {
    for (const part of this.querySelectorAll("[data-script-only]")) part.hidden = false;
  }

  /* -- what happens in the thread ------------------------------------------------------------------- */

  #changed(change) {
    switch (change.kind) {
      case "pending":
        this.view.pending(change.item);
        break;
      case "settled":
        this.store.remove(change.item.nonce);
        break;
      case "message":
        this.#message(change.message);
        break;
      case "seen":
        this.view.seenUpTo(change.seen.worker);
        break;
      case "typing":
        if (change.author?.kind !== "client") this.#typing();
        break;
      case "contact":
        this.#contact(change);
        break;
    }
  }

  #message(message) {
    const atEnd = this.#isAtEnd();
    const node = this.view.show(message, this.log.seen.worker);
    if (!node) return;
    this.typingLine.hidden = true;
    if (!message.author.me) {
      this.announcer.textContent = [message.author.name, message.body].filter(Boolean).join(": ");
      if (!atEnd) this.toNew.hidden = false;
      if (document.visibilityState === "hidden") this.#badge(this.unread + 1);
    }
    if (atEnd || message.author.me) this.#toEnd();
    this.#seen();
  }

  #typing() {
    this.typingLine.hidden = false;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => { this.typingLine.hidden = true; }, TYPING_SHOWN);
  }

  #contact({ contact, before }) {
    const face = (one) => JSON.stringify([one?.state, one?.worker, one?.queue, one?.outcome, one?.continued_as, one?.left]);
    const shown = before ? face(before) : null;
    const differs = shown === null ? contact.state !== this.dataset.state : face(contact) !== shown;
    if (!differs) return;
    const urgent = contact.state !== (before?.state ?? this.dataset.state);
    clearTimeout(this.panelsTimer);
    const pause = urgent ? 0 : Math.random() * PANELS_APART;
    this.panelsTimer = setTimeout(() => this.#panels(), pause);
  }

  /* -- panels, from the server ------------------------------------------------------------------------ */

  async #panels() {
    if (this.leaving) return;
    let fresh;
    try {
      const response = await fetch(globalThis.location.pathname, { headers: { "X-Panels": "1" }, credentials: "same-origin" });
      if (response.status === 404 && !this.leaving) globalThis.location.reload();
      if (!response.ok) return;
      fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      return;
    }
    const now = fresh.querySelector("family-thread");
    if (!now) return;
    const heading = this.querySelector("h1")?.textContent.trim();
    for (const panel of this.querySelectorAll("[data-live]")) {
      const next = now.querySelector(`[data-live="${panel.dataset.live}"]`);
      const typingHere = panel.contains(document.activeElement) && document.activeElement.matches("input, textarea");
      if (next && !typingHere) panel.replaceChildren(...document.importNode(next, true).childNodes);
    }
    Object.assign(this.dataset, { phase: now.dataset.phase, state: now.dataset.state });
    document.title = fresh.title;
    this.#showScriptOnly();
    this.#headingChanged(heading);
    if (this.over) this.#ended(now.querySelector("[data-composer]"));
  }

  #headingChanged(before) {
    const heading = this.querySelector("h1");
    const text = heading?.textContent.trim();
    if (text && text !== before) this.announcer.textContent = text;
  }

  /* Nothing more goes into this thread. What was on its way, or half written, goes on as a new message. */
  #ended(next) {
    this.typingLine.hidden = true;
    this.socket.stop();
    this.#status({ state: "live", since: null });
    const texts = [...this.store.all().map((item) => item.body), this.field.value].filter((text) => text.trim());
    for (const item of this.store.all()) this.view.node(item.nonce)?.remove();
    this.store.erase();
    this.field.value = texts.join("\n\n");
    this.store.draft = this.field.value;
    this.form.hidden = texts.length === 0;
    this.form.action = next.action;
    for (const input of next.querySelectorAll('input[type="hidden"]')) {
      this.form.elements[input.name]?.remove();
      this.form.append(document.importNode(input));
    }
    if (texts.length) return;
    const heading = this.querySelector("h1");
    globalThis.scrollTo({ top: 0 });
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  #status({ state, since }) {
    const stale = this.querySelector('[data-strip="stale"]');
    stale.hidden = state !== "stale";
    this.querySelector('[data-strip="slow"]').hidden = state !== "slow";
    this.toggleAttribute("data-stale", state === "stale");
    if (state === "stale") {
      this.typingLine.hidden = true;
      const text = stale.querySelector("[data-since]");
      text.textContent = text.dataset.text.replace("{time}", this.view.clockTime(since ?? Date.now()));
    }
  }

  /* -- where the reader is ------------------------------------------------------------------------------ */

  #isAtEnd() {
    return this.list.getBoundingClientRect().bottom < globalThis.innerHeight + 160;
  }

  #toEnd() {
    this.toNew.hidden = true;
    if (this.over) return;
    const last = this.form.getBoundingClientRect();
    const bottom = this.list.getBoundingClientRect().bottom + last.height;
    if (bottom > globalThis.innerHeight) {
      globalThis.scrollBy({ top: bottom - globalThis.innerHeight + 8, behavior: "instant" });
    }
  }

  #seen() {
    if (document.visibilityState !== "visible" || !document.hasFocus() || !this.#isAtEnd()) return;
    this.toNew.hidden = true;
    this.#badge(0);
    if (this.log.cursor) this.socket.seen(this.log.cursor);
  }

  /* How many came while the page was behind others, in front of its title. */
  #badge(unread) {
    const plain = document.title.replace(/^\(\d+\) /, "");
    this.unread = unread;
    document.title = unread ? `(${unread}) ${plain}` : plain;
  }
}

/* Pages opened without https have no crypto.randomUUID. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

customElements.define("family-thread", FamilyThread);
