/* The open contact, live. Glue only: the log, the socket and the store do the thinking, the server does the words. */

import { LiveThread } from "../shared/live-thread.js";
import { DraftKeeper } from "./draft-keeper.js";
import { drafts } from "./drafts.js";
import { freshPage, parsed, putPanels } from "./panels.js";
import { attached, detach } from "./services.js";
import { cardIn } from "../shared/service-cards.js";
import { openGivenSheets } from "./sheets.js";

const DRAFTS_WITHIN = 1_000; // an act does not wait longer for a network that is gone

const WIDE = globalThis.matchMedia("(min-width: 75rem)");

class DeskThread extends HTMLElement {
  connectedCallback() {
    const { user, contact, nameless, address } = this.dataset;
    // A page that answers a form has the form's address: to be asked for again, it takes the contact's own.
    if (globalThis.location.pathname !== address || globalThis.location.search.includes("service=")) history.replaceState(null, "", address);
    this.roll = this.querySelector("[data-roll]");
    this.replies = drafts(user, contact, "reply");
    this.notes = drafts(user, contact, "note");
    this.kept = { reply: this.#keeper("thread", this.replies), note: this.#keeper("note", this.notes) };
    this.live = new LiveThread(this, {
      as: "worker",
      store: this.replies,
      nameless,
      other: this.dataset.other,
      csrf: () => this.#csrf(),
      isAtEnd: () => this.#isAtEnd(),
      toEnd: () => this.#toEnd(),
    });
    this.#listen();
    this.#restore();
    if (this.dataset.state !== "closed") this.live.socket.start();
    if (WIDE.matches) this.#toEnd();
  }

  disconnectedCallback() {
    this.live?.socket.stop();
  }

  get isMine() {
    return "mine" in this.dataset;
  }

  /* -- what the worker does --------------------------------------------------------------------------- */

  #listen() {
    this.addEventListener("submit", (event) => this.#submit(event));
    // A plain form takes the reader to its own answer: what the socket hears of the same act must not cross that.
    document.addEventListener("submit", (event) => {
      if (!event.defaultPrevented) this.#leave();
    });
    document.addEventListener("signing-out", ({ detail }) => {
      this.#leave();
      detail.push(...Object.values(this.kept).map((keeper) => keeper.finish()));
    });
    this.addEventListener("input", (event) => this.#typed(event.target));
    this.addEventListener("click", (event) => this.#otherDraft(event.target));
    this.live.addEventListener("message", ({ detail }) => {
      this.#seen();
      // What has been handed over stands beside the thread and on the closing sheet, too.
      if (detail.author.kind === "worker" && cardIn(detail.body, this.dataset.site)) this.#panelsSoon();
    });
    this.live.addEventListener("settled", () => this.kept.reply.sent(this.querySelector("#reply")?.value ?? ""));
    this.live.addEventListener("typing", (event) => event.detail.atEnd && WIDE.matches && this.#toEnd());
    this.live.addEventListener("contact", (event) => this.#contact(event.detail));
    this.live.socket.addEventListener("ended", (event) => this.#ended(event.detail.code));
    this.roll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // A strip above or a bigger room below takes height from the thread: its end stays in sight if it was.
    new ResizeObserver(() => this.wasAtEnd && WIDE.matches && this.#toEnd()).observe(this.roll);
    globalThis.addEventListener("scroll", () => this.#seen(), { passive: true });
    globalThis.addEventListener("focus", () => this.#seen());
    document.addEventListener("visibilitychange", () => this.#seen());
  }

  #leave() {
    this.leaving = true;
    this.live.socket.stop();
  }

  #typed(field) {
    if (field.id === "reply") {
      this.#keep("reply", this.replies, field.value);
      if (field.value) this.live.socket.typing();
    }
    if (field.id === "note") this.#keep("note", this.notes, field.value);
  }

  #submit(event) {
    const form = event.target;
    if (form.matches("[data-reply]")) {
      const field = form.elements.body;
      const along = attached(form);
      if ((!field.value.trim() && !along) || [...field.value].length > Number(this.dataset.limit)) return; // the server says what is wrong
      event.preventDefault();
      this.kept.reply.hold();
      this.live.send(field, along ?? {});
      detach(form);
      this.replies.version = "";
    } else if (form.matches("[data-note], [data-act]")) {
      event.preventDefault();
      this.#act(form, event.submitter);
    }
  }

  /* A form of the page, sent without leaving it: what is refused is said in place, and nothing typed is lost. */
  async #act(form, button) {
    if (this.acting) return;
    this.acting = true;
    const failed = this.querySelector('[data-strip="failed"]');
    failed.hidden = true;
    const isNote = form.matches("[data-note]");
    const body = new FormData(form, button);
    const keepers = Object.values(this.kept);
    try {
      const quiet = Promise.all(keepers.map((keeper) => keeper.wait()));
      await Promise.race([quiet, new Promise((resolve) => setTimeout(resolve, DRAFTS_WITHIN))]);
      const response = await fetch(form.action, {
        method: "POST",
        body,
        headers: { "X-Panels": "1" },
        credentials: "same-origin",
      });
      const here = new URL(response.url).pathname === globalThis.location.pathname;
      const page = parsed(await response.text());
      if (response.ok && !here) {
        if (form.dataset.act === "go-live") this.#draftGoesAlong(new URL(response.url).pathname);
        globalThis.location.assign(response.url);
        return;
      }
      if (!page.querySelector("desk-thread")) throw new Error(String(response.status));
      if (response.ok && isNote) {
        this.notes.draft = this.notes.version = "";
        this.kept.note.gone();
        form.elements.body.value = "";
        this.live.announcer.textContent = this.dataset.savedText;
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
      for (const keeper of keepers) keeper.goOn();
      // The act may have been done though its answer was lost: the page asks how things are.
      if (this.changedMeanwhile && !failed.hidden) this.#panels();
      this.changedMeanwhile = false;
    }
  }

  /* The message has gone live: a reply half written goes on in the chat. */
  #draftGoesAlong(address) {
    const chat = address.split("/").at(-2);
    const { value } = this.querySelector("#reply") ?? { value: "" };
    if (value) drafts(this.dataset.user, chat, "reply").draft = value;
    this.kept.reply.gone();
    this.replies.draft = this.replies.version = "";
  }

  /* -- what is kept in this tab, and on the server ----------------------------------------------------------- */

  #restore() {
    this.#adopt("note", this.notes);
    this.#adopt("reply", this.replies);
    this.live.restore();
  }

  #csrf() {
    return this.querySelector('[name="csrfmiddlewaretoken"]')?.value ?? "";
  }

  #keeper(room, store) {
    const keeper = new DraftKeeper({ address: `${this.dataset.api}draft/`, room, csrf: () => this.#csrf() });
    keeper.addEventListener("saved", ({ detail }) => {
      if (store.draft === detail.text) store.version = detail.version;
    });
    keeper.addEventListener("other", ({ detail }) => this.#offer(room === "note" ? "note" : "reply", detail));
    return keeper;
  }

  #keep(id, store, text) {
    store.draft = text;
    store.version = "";
    this.kept[id].typed(text);
  }

  /* A room has come (the page is new, or the conversation has been taken again): go on with what was half written. */
  #adopt(id, store) {
    const field = this.querySelector(`#${id}`);
    if (!field) return;
    const { at } = this.dataset;
    const fromServer = { text: field.hasAttribute("aria-invalid") ? "" : field.value, version: field.dataset.draft ?? "", at };
    const text = this.kept[id].adopt(fromServer, { text: store.draft, version: store.version });
    const leaving = store.all().some((item) => item.body.trim() === text.trim());
    if (leaving) this.#keep(id, store, "");
    if (!field.hasAttribute("aria-invalid")) field.value = leaving ? "" : text;
    store.draft = field.value;
    if (this.kept[id].isSaved) store.version = this.kept[id].version;
  }

  /* Another device had written something else: it is shown, and one tap swaps the two. */
  #offer(id, text) {
    const strip = this.querySelector('[data-strip="draft"]');
    strip.dataset.field = id;
    strip.querySelector("[data-other]").textContent = text;
    strip.hidden = false;
  }

  #otherDraft(target) {
    const strip = target.closest('[data-strip="draft"]');
    if (!strip || !target.matches("button")) return;
    strip.hidden = true;
    const field = this.querySelector(`#${strip.dataset.field}`);
    if (!field || !target.matches("[data-take-other]")) return;
    const { value } = field;
    field.value = strip.querySelector("[data-other]").textContent;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (value) this.#offer(field.id, value);
    field.focus();
  }

  /* The family has become known, or nameless again: what it wrote bears its name as after a reload. */
  #rename(name) {
    const { nameless: before } = this.dataset;
    for (const slot of this.querySelectorAll('[data-slot="name"]')) if (slot.textContent === before) slot.textContent = name;
    this.dataset.nameless = this.live.nameless = name;
  }

  /* -- what happens in the thread -------------------------------------------------------------------------- */

  #contact({ contact, before }) {
    if (contact.looking) this.#lookers(contact.looking.map((colleague) => colleague.name).join(", "));
    const { familyHere } = this.dataset;
    const came = "family_here" in contact && String(contact.family_here) !== familyHere;
    const face = (one) => JSON.stringify([one.state, one.worker, one.outcome, one.left, one.topic, one.callback, one.identification, one.identified, one.consultation, one.priority]);
    const isOld = contact.state !== this.dataset.state || (contact.identification?.state ?? "") !== this.dataset.identification;
    const differs = before ? face(contact) !== face(before) : isOld;
    if (!differs && !came) return;
    if (this.acting) {
      this.changedMeanwhile = true;
      return;
    }
    this.#panelsSoon();
  }

  #panelsSoon() {
    clearTimeout(this.panelsTimer);
    this.panelsTimer = setTimeout(() => this.#panels(), 100);
  }

  /* Who else has this open, in the server's words; nothing else of the page is touched. */
  async #lookers(names) {
    const shown = () => this.querySelector("[data-lookers]")?.dataset.lookers ?? "";
    if (names === shown() || names === this.lookersAsked) return;
    this.lookersAsked = names;
    const fresh = await freshPage();
    this.lookersAsked = null;
    if (fresh?.page.querySelector("desk-thread")) putPanels(fresh.page, { only: "lookers" });
  }

  /* -- parts that the server renders -------------------------------------------------------------------------- */

  async #panels() {
    if (this.leaving) return;
    const fresh = await freshPage();
    if (!fresh || this.leaving) return;
    if (fresh.status === 404 || fresh.moved) globalThis.location.assign("/desk/");
    else if (fresh.page.querySelector("desk-thread")) this.#show(fresh.page);
  }

  #show(page, options) {
    const now = page.querySelector("desk-thread");
    this.querySelector('[data-strip="failed"]').hidden = true;
    const had = ["reply", "note"].filter((id) => this.querySelector(`#${id}`));
    putPanels(page, options);
    this.dataset.at = now.dataset.at;
    if (!had.includes("reply")) this.#adopt("reply", this.replies);
    if (!had.includes("note")) this.#adopt("note", this.notes);
    this.dataset.state = now.dataset.state;
    this.dataset.identification = now.dataset.identification;
    this.dataset.familyHere = now.dataset.familyHere;
    this.#rename(now.dataset.nameless);
    this.toggleAttribute("data-mine", now.hasAttribute("data-mine"));
    if (this.dataset.state === "closed") {
      this.live.socket.stop();
      this.kept.reply.gone();
    } else {
      this.#seen();
    }
  }

  #ended(code) {
    if (code === 4426) globalThis.location.reload();
    else this.#panels();
  }

  /* -- where the reader is ------------------------------------------------------------------------------------- */

  #isAtEnd() {
    if (WIDE.matches) return this.roll.scrollHeight - this.roll.scrollTop - this.roll.clientHeight < 120;
    return this.live.list.getBoundingClientRect().bottom < globalThis.innerHeight + 160;
  }

  #scrolled() {
    this.wasAtEnd = this.#isAtEnd();
    this.#seen();
  }

  #toEnd() {
    this.wasAtEnd = true;
    this.live.toNew.hidden = true;
    if (WIDE.matches) this.roll.scrollTop = this.roll.scrollHeight;
    else this.querySelector("#write").scrollIntoView({ block: "end", behavior: "instant" });
  }

  #seen() {
    if (!this.isMine || document.visibilityState !== "visible" || !document.hasFocus() || !this.#isAtEnd()) return;
    this.live.seen();
  }
}

customElements.define("desk-thread", DeskThread);
