/* The open contact, live. Glue only: the log, the socket and the store do the thinking, the server does the words. */

import { ThreadLog } from "../shared/thread-log.js";
import { ThreadSocket } from "../shared/thread-socket.js";
import { ThreadView } from "../shared/thread-view.js";
import { showStrips } from "./clock.js";
import { drafts } from "./drafts.js";
import { freshPage, parsed, putPanels } from "./panels.js";
import { openGivenSheets } from "./sheets.js";

const TYPING_SHOWN = 5_000;
const WIDE = globalThis.matchMedia("(min-width: 75rem)");

class DeskThread extends HTMLElement {
  connectedCallback() {
    const { user, contact, language } = this.dataset;
    this.list = this.querySelector("[data-thread]");
    this.roll = this.querySelector("[data-roll]");
    this.toNew = this.querySelector("[data-to-new]");
    this.typingLine = this.querySelector("[data-typing]");
    this.announcer = this.querySelector("[data-announcer]");
    const template = (name) => this.querySelector(`template[data-message="${name}"]`);
    this.view = new ThreadView({
      list: this.list,
      language,
      endMark: this.toNew,
      templates: { mine: template("mine"), theirs: template("theirs"), house: template("house"), day: this.querySelector("template[data-day-line]") },
    });
    this.replies = drafts(user, contact, "reply");
    this.notes = drafts(user, contact, "note");
    this.log = new ThreadLog({ after: Number(this.dataset.seq), seen: { client: Number(this.dataset.seenClient) } });
    this.socket = new ThreadSocket({
      log: this.log,
      socketUrl: new URL(this.dataset.socket, globalThis.location.href.replace(/^http/, "ws")).href,
      apiUrl: this.dataset.api,
      as: "worker",
      csrf: () => this.querySelector('[name="csrfmiddlewaretoken"]')?.value ?? "",
    });
    this.#listen();
    this.#restore();
    if (this.dataset.state !== "closed") this.socket.start();
    if (WIDE.matches) this.#toEnd();
  }

  disconnectedCallback() {
    this.socket?.stop();
  }

  get isMine() {
    return "mine" in this.dataset;
  }

  /* -- what the worker does --------------------------------------------------------------------------- */

  #listen() {
    this.addEventListener("submit", (event) => this.#submit(event));
    this.addEventListener("input", (event) => this.#typed(event.target));
    this.addEventListener("click", (event) => {
      const node = event.target.closest("[data-retry]")?.closest("[data-nonce]");
      if (node) this.socket.retry(node.dataset.nonce);
    });
    this.toNew.addEventListener("click", () => this.#toEnd());
    this.socket.addEventListener("change", (event) => this.#changed(event.detail));
    this.socket.addEventListener("status", (event) => this.#status(event.detail));
    this.socket.addEventListener("ended", (event) => this.#ended(event.detail.code));
    this.roll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // A strip above or a bigger room below takes height from the thread: its end stays in sight if it was.
    new ResizeObserver(() => this.wasAtEnd && WIDE.matches && this.#toEnd()).observe(this.roll);
    globalThis.addEventListener("scroll", () => this.#seen(), { passive: true });
    globalThis.addEventListener("focus", () => this.#seen());
    document.addEventListener("visibilitychange", () => this.#seen());
  }

  #typed(field) {
    if (field.id === "reply") {
      this.replies.draft = field.value;
      if (field.value) this.socket.typing();
    }
    if (field.id === "note") this.notes.draft = field.value;
  }

  #submit(event) {
    const form = event.target;
    if (form.matches("[data-reply]")) {
      const field = form.elements.body;
      if (!field.value.trim() || [...field.value].length > Number(this.dataset.limit)) return; // the server says what is wrong
      event.preventDefault();
      this.#send(field);
    } else if (form.matches("[data-note], [data-act]")) {
      event.preventDefault();
      this.#act(form, event.submitter);
    }
  }

  #send(field) {
    const item = { nonce: uuid(), body: field.value, at: new Date().toISOString() };
    this.replies.add(item);
    field.value = "";
    this.replies.draft = "";
    field.focus();
    this.socket.send(item);
    this.#toEnd();
  }

  /* A form of the page, sent without leaving it: what is refused is said in place, and nothing typed is lost. */
  async #act(form, button) {
    if (this.acting) return;
    this.acting = true;
    const failed = this.querySelector('[data-strip="failed"]');
    failed.hidden = true;
    const isNote = form.matches("[data-note]");
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new FormData(form, button),
        headers: { "X-Panels": "1" },
        credentials: "same-origin",
      });
      const here = new URL(response.url).pathname === globalThis.location.pathname;
      const page = parsed(await response.text());
      if (response.ok && !here) {
        globalThis.location.assign(response.url);
        return;
      }
      if (!page.querySelector("desk-thread")) throw new Error(String(response.status));
      if (response.ok && isNote) {
        this.notes.draft = "";
        form.elements.body.value = "";
        this.announcer.textContent = this.dataset.savedText;
      }
      form.closest("dialog")?.close();
      this.#show(page, { force: true });
      openGivenSheets();
      if (response.ok && form.dataset.act === "take") {
        this.#toEnd();
        this.querySelector("#reply")?.focus({ preventScroll: true });
      }
    } catch {
      form.closest("dialog")?.close();
      failed.hidden = false;
    } finally {
      this.acting = false;
      // The act may have been done though its answer was lost: the page asks how things are.
      if (this.changedMeanwhile && !failed.hidden) this.#panels();
      this.changedMeanwhile = false;
    }
  }

  /* -- what is kept in this tab -------------------------------------------------------------------------- */

  #restore() {
    const reply = this.querySelector("#reply");
    const note = this.querySelector("#note");
    if (reply && !reply.value) reply.value = this.replies.draft;
    if (note && !note.value) note.value = this.notes.draft;
    const known = new Set(this.view.nonces);
    for (const item of this.replies.all()) {
      if (known.has(item.nonce)) this.replies.remove(item.nonce);
      else this.socket.send(item);
    }
  }

  /* -- what happens in the thread -------------------------------------------------------------------------- */

  #changed(change) {
    switch (change.kind) {
      case "pending":
        this.view.pending(change.item);
        break;
      case "settled":
        this.replies.remove(change.item.nonce);
        break;
      case "message":
        this.#message(change.message);
        break;
      case "seen":
        this.view.seenUpTo(change.seen.client);
        break;
      case "typing":
        if (change.author?.kind === "client") this.#typing();
        break;
      case "contact":
        this.#contact(change);
        break;
    }
  }

  #message(message) {
    const atEnd = this.#isAtEnd();
    const family = message.author.kind === "client";
    const author = family && !message.author.name ? { ...message.author, name: this.dataset.nameless } : message.author;
    const node = this.view.show({ ...message, author }, this.log.seen.client);
    if (!node) return;
    if (family) this.typingLine.hidden = true;
    if (!author.me) {
      this.announcer.textContent = [author.name, message.body].filter(Boolean).join(": ");
      if (!atEnd) this.toNew.hidden = false;
    }
    if (atEnd || author.me) this.#toEnd();
    this.#seen();
  }

  #typing() {
    const atEnd = this.#isAtEnd();
    this.typingLine.hidden = false;
    if (atEnd && WIDE.matches) this.#toEnd();
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => { this.typingLine.hidden = true; }, TYPING_SHOWN);
  }

  #contact({ contact, before }) {
    const face = (one) => JSON.stringify([one.state, one.worker, one.outcome, one.left, one.topic]);
    const differs = before ? face(contact) !== face(before) : contact.state !== this.dataset.state;
    if (!differs) return;
    if (this.acting) {
      this.changedMeanwhile = true;
      return;
    }
    clearTimeout(this.panelsTimer);
    this.panelsTimer = setTimeout(() => this.#panels(), 100);
  }

  /* -- parts that the server renders -------------------------------------------------------------------------- */

  async #panels() {
    const fresh = await freshPage();
    if (!fresh) return;
    if (fresh.status === 404 || fresh.moved) globalThis.location.assign("/desk/");
    else if (fresh.page.querySelector("desk-thread")) this.#show(fresh.page);
  }

  #show(page, options) {
    const now = page.querySelector("desk-thread");
    this.querySelector('[data-strip="failed"]').hidden = true;
    putPanels(page, options);
    this.dataset.state = now.dataset.state;
    this.toggleAttribute("data-mine", now.hasAttribute("data-mine"));
    this.#restoreFields();
    if (this.dataset.state === "closed") this.socket.stop();
    else this.#seen();
  }

  /* A reply half written comes back when its room does (taken again after a colleague let go). */
  #restoreFields() {
    const reply = this.querySelector("#reply");
    if (reply && !reply.value) reply.value = this.replies.draft;
  }

  #ended(code) {
    if (code === 4426) globalThis.location.reload();
    else this.#panels();
  }

  #status(status) {
    showStrips(this, status, this.dataset.language);
    this.toggleAttribute("data-stale", status.state === "stale");
    if (status.state === "stale") this.typingLine.hidden = true;
  }

  /* -- where the reader is ------------------------------------------------------------------------------------- */

  #isAtEnd() {
    if (WIDE.matches) return this.roll.scrollHeight - this.roll.scrollTop - this.roll.clientHeight < 120;
    return this.list.getBoundingClientRect().bottom < globalThis.innerHeight + 160;
  }

  #scrolled() {
    this.wasAtEnd = this.#isAtEnd();
    this.#seen();
  }

  #toEnd() {
    this.wasAtEnd = true;
    this.toNew.hidden = true;
    if (WIDE.matches) this.roll.scrollTop = this.roll.scrollHeight;
    else this.querySelector("#write").scrollIntoView({ block: "end", behavior: "instant" });
  }

  #seen() {
    if (!this.isMine || document.visibilityState !== "visible" || !document.hasFocus() || !this.#isAtEnd()) return;
    this.toNew.hidden = true;
    if (this.log.cursor) this.socket.seen(this.log.cursor);
  }
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

customElements.define("desk-thread", DeskThread);
