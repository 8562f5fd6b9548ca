/* The contact's page, live. Glue only: the log, the socket and the store do the thinking.

   What the server can render it renders: when the contact's state or place in the queue changes, the page's panels
   ([data-live]) are fetched again and put in place, so that there is one markup and no text in this file. */

import { LiveThread } from "../shared/live-thread.js";
import { PendingStore } from "../shared/pending-store.js";
import { TextCounter } from "./text-counter.js";

const PANELS_APART = 3_000;
const TURN_AFTER = 300;

class FamilyThread extends HTMLElement {
  unread = 0;

  connectedCallback() {
    this.form = this.querySelector("[data-composer]");
    this.field = this.form.elements.body;
    this.store = new PendingStore(this.dataset.contact);
    this.counter = new TextCounter(this.field, this.querySelector("[data-counter]"), Number(this.dataset.limit));
    this.live = new LiveThread(this, {
      as: "client",
      store: this.store,
      csrf: () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? this.form.elements.csrfmiddlewaretoken.value,
      isAtEnd: () => this.#isAtEnd(),
      toEnd: () => this.#toEnd(),
    });
    this.#listen();
    this.#restore();
    this.#showScriptOnly();
    if (this.over) {
      if (this.store.all().length || this.store.draft) this.#ended(this.form);
    } else {
      this.live.socket.start();
      if (this.dataset.phase === "talk" || this.dataset.phase === "answering") {
        this.#toEnd();
        this.#showCard("#identify, [data-flash]");
      }
    }
  }

  disconnectedCallback() {
    this.live?.socket.stop();
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
      if (this.field.value) this.live.socket.typing();
    });
    const keyboard = globalThis.matchMedia("(pointer: fine)").matches;
    this.form.querySelector("[data-keys]").hidden = !keyboard;
    this.field.addEventListener("keydown", (event) => {
      if (!keyboard || event.key !== "Enter" || event.shiftKey || event.isComposing || this.over) return;
      event.preventDefault();
      this.#send();
    });
    /* A plain form takes the reader to another page: what the socket hears meanwhile must not get in its way. */
    this.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      this.leaving = true;
      this.live.socket.stop();
    });
    this.addEventListener("change", (event) => {
      const form = event.target.closest("[data-topic-form]");
      if (form) this.#post(form);
    });
    this.addEventListener("click", (event) => this.#button(event));
    this.live.addEventListener("message", (event) => this.#message(event.detail));
    this.live.addEventListener("contact", (event) => this.#contact(event.detail));
    this.live.socket.addEventListener("ended", () => this.#panels());
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
    this.live.send(this.field);
    this.counter.update();
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
    this.live.restoreDraft(this.field);
    this.counter.update();
    this.live.restore({ over: this.over });
  }

  #showScriptOnly() {
    for (const part of this.querySelectorAll("[data-script-only]")) part.hidden = false;
  }

  /* -- what happens in the thread ------------------------------------------------------------------- */

  #message(message) {
    if (!message.author.me && document.visibilityState === "hidden") this.#badge(this.unread + 1);
    if (this.#isAtEnd()) this.#showCard("#identify");
    if (this.dataset.phase === "answering") this.#turned();
    this.#seen();
  }

  /* In a message the page says whose turn it is. */
  #turned() {
    clearTimeout(this.turnTimer);
    this.turnTimer = setTimeout(() => this.#panels(), TURN_AFTER);
  }

  #contact({ contact, before }) {
    const face = (one) => JSON.stringify([one?.state, one?.worker, one?.queue, one?.outcome, one?.continued_as, one?.left, one?.identification, one?.identified, one?.callback, one?.help]);
    const shown = before ? face(before) : null;
    const isOld =
      contact.state !== this.dataset.state ||
      (contact.identification?.state ?? "") !== this.dataset.identification ||
      String(contact.queue?.position ?? "") !== (this.dataset.place ?? "");
    const differs = shown === null ? isOld : face(contact) !== shown;
    if (!differs) return;
    if (contact.continued_as && this.dataset.phase === "answering") {
      this.#goOn(contact.continued_as);
      return;
    }
    const asked = JSON.stringify(contact.identification) !== JSON.stringify(before?.identification ?? null);
    // What was said of the page's last errand is over when who one is changes again.
    if (before && asked) for (const line of this.querySelectorAll("[data-flash]")) line.remove();
    const urgent = asked || contact.help !== before?.help || contact.state !== (before?.state ?? this.dataset.state);
    clearTimeout(this.panelsTimer);
    const pause = urgent ? 0 : Math.random() * PANELS_APART;
    this.panelsTimer = setTimeout(() => this.#panels(), pause);
  }

  /* The message goes on as a chat on its own page. What was half written, or did not get into this thread any more,
     stands there in the field. */
  #goOn(contact) {
    const here = globalThis.location.pathname;
    const texts = [...this.store.all().map((item) => item.body), this.field.value].filter((text) => text.trim());
    this.store.erase();
    if (texts.length) new PendingStore(contact).draft = texts.join("\n\n");
    this.leaving = true;
    this.live.socket.stop();
    globalThis.location.assign(here.replace(this.dataset.contact, contact));
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
    if (!now) {
      // Another page stands at this address by now: the conversation needs identification on this device.
      globalThis.location.reload();
      return;
    }
    const heading = this.querySelector("h1")?.textContent.trim();
    const wasAsked = this.querySelector("#identify") !== null;
    const hadHelp = this.querySelector("[data-near-help]") !== null;
    const atEnd = this.#isAtEnd();
    for (const panel of this.querySelectorAll("[data-live]")) {
      const next = now.querySelector(`[data-live="${panel.dataset.live}"]`);
      const typingHere = panel.contains(document.activeElement) && document.activeElement.matches("input, textarea");
      // What is the same stays: a card that is read out would be read again.
      if (next && !typingHere && next.innerHTML !== panel.innerHTML) panel.replaceChildren(...document.importNode(next, true).childNodes);
    }
    const { phase, state, identification, place = "" } = now.dataset;
    Object.assign(this.dataset, { phase, state, identification, place });
    document.title = fresh.title;
    this.#showScriptOnly();
    this.#headingChanged(heading);
    if (!wasAsked && atEnd) this.#showCard("#identify");
    if (!hadHelp && atEnd) this.#showCard("[data-near-help]");
    if (this.over) this.#ended(now.querySelector("[data-composer]"));
  }

  #headingChanged(before) {
    const heading = this.querySelector("h1");
    const text = heading?.textContent.trim();
    if (text && text !== before) this.live.announcer.textContent = text;
  }

  /* Nothing more goes into this thread. What was on its way, or half written, goes on as a new message. */
  #ended(next) {
    this.live.typingLine.hidden = true;
    this.live.socket.stop();
    this.live.show({ state: "live", since: null });
    const texts = [...this.store.all().map((item) => item.body), this.field.value].filter((text) => text.trim());
    for (const item of this.store.all()) this.live.view.node(item.nonce)?.remove();
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

  /* -- where the reader is ------------------------------------------------------------------------------ */

  #isAtEnd() {
    return this.live.list.getBoundingClientRect().bottom < globalThis.innerHeight + 160;
  }

  #toEnd() {
    this.live.toNew.hidden = true;
    if (this.over) return;
    const last = this.form.getBoundingClientRect();
    const bottom = this.live.list.getBoundingClientRect().bottom + last.height;
    if (bottom > globalThis.innerHeight) {
      globalThis.scrollBy({ top: bottom - globalThis.innerHeight + 8, behavior: "instant" });
    }
  }

  /* What stands between the thread and the composer, whole with its buttons: once the page is in its place. */
  #showCard(selector) {
    const show = () =>
      requestAnimationFrame(() => [...this.querySelectorAll(selector)].at(-1)?.scrollIntoView({ block: "nearest", behavior: "instant" }));
    if (document.readyState === "complete") show();
    else globalThis.addEventListener("load", show, { once: true });
  }

  #seen() {
    if (document.visibilityState !== "visible" || !document.hasFocus() || !this.#isAtEnd()) return;
    this.live.seen();
    this.#badge(0);
  }

  /* How many came while the page was behind others, in front of its title. */
  #badge(unread) {
    const plain = document.title.replace(/^\(\d+\) /, "");
    this.unread = unread;
    document.title = unread ? `(${unread}) ${plain}` : plain;
  }
}

customElements.define("family-thread", FamilyThread);
