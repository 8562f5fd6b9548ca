/* What is being written, kept on the server for its writer, so that it goes on at another device. One keeper a room.

   The newest text wins. When another device had written something else meanwhile, that text comes back and is offered:
   "other" (detail: its text). Without a network the tab's own storage keeps the text (drafts.js), and it is saved when
   the network is back. */

const PAUSE = 700;
const AGAIN = 5_000;
const SAVING_TAKES = 2_000;

export class DraftKeeper extends EventTarget {
  constructor({ address, room, csrf, pause = PAUSE, again = AGAIN, fetch = globalThis.fetch.bind(globalThis) }) {
    super();
    Object.assign(this, { address, room, csrf, pause, again, fetch });
    this.version = "";
    this.saved = ""; // what the server has of this page
    this.text = "";
    globalThis.addEventListener("online", () => this.flush());
    globalThis.addEventListener("pagehide", () => this.flush({ keepalive: true }));
  }

  get isSaved() {
    return this.text.trim() === this.saved.trim();
  }

  /* The page came with this text from the server (`at`: when it was made), and the tab has kept `own` ({text, version})
     through a reload or a closed lid. Returns the text to go on with. */
  adopt({ text, version, at }, own) {
    Object.assign(this, { version, saved: text, text });
    if (!own?.text || own.text === text) return text;
    if (own.version) {
      // It had been saved. What the server gives is newer, unless the page was being made while the saving arrived.
      if (!(Date.parse(own.version) > Date.parse(at) - SAVING_TAKES)) return text;
      Object.assign(this, { version: own.version, saved: own.text, text: own.text });
      return own.text;
    }
    this.typed(own.text);
    if (text) {
      this.version = version;
      this.#offer(text);
    }
    return own.text;
  }

  typed(text) {
    this.text = text;
    clearTimeout(this.timer);
    if (!this.isSaved) this.timer = setTimeout(() => this.flush(), this.pause);
  }

  /* It is being sent: kept as it is until it has arrived. */
  hold() {
    clearTimeout(this.timer);
    this.text = this.saved;
  }

  /* It has arrived; `now` is what stands in the field by then. */
  sent(now) {
    this.typed(now);
    return this.flush();
  }

  /* The server has let it go itself. */
  gone() {
    clearTimeout(this.timer);
    Object.assign(this, { version: "", saved: "", text: "" });
  }

  /* The writer signs out: what stands here is saved, and the server is asked nothing after that. */
  async finish() {
    await this.saving;
    await this.flush();
    clearTimeout(this.timer);
    this.finished = true;
  }

  /* An act is under way that may end the thread: until it is known, nothing is saved. Resolves when nothing is on its
     way any more. */
  wait() {
    this.waiting = true;
    clearTimeout(this.timer);
    return this.saving ?? Promise.resolve();
  }

  goOn() {
    this.waiting = false;
    if (!this.refused) this.typed(this.text);
  }

  flush(options = {}) {
    clearTimeout(this.timer);
    if (this.finished || this.waiting || this.isSaved || this.saving) return this.saving ?? Promise.resolve();
    this.saving = this.#save(options).finally(() => {
      this.saving = null;
      if (!this.isSaved && !this.refused) this.timer = setTimeout(() => this.flush(), this.failed ? this.again : this.pause);
    });
    return this.saving;
  }

  async #save({ keepalive = false }) {
    const body = this.text;
    this.failed = this.refused = false;
    try {
      const response = await this.fetch(this.address, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf() },
        body: JSON.stringify({ room: this.room, body, version: this.version }),
        credentials: "same-origin",
        keepalive,
      });
      if (!response.ok) {
        this.failed = response.status >= 500 || response.status === 429;
        this.refused = !this.failed;
        return;
      }
      const { version, other } = await response.json();
      this.version = version;
      this.saved = body;
      this.dispatchEvent(new CustomEvent("saved", { detail: { text: body, version } }));
      if (other) this.#offer(other.body);
    } catch {
      this.failed = true;
    }
  }

  #offer(text) {
    this.dispatchEvent(new CustomEvent("other", { detail: text }));
  }
}
