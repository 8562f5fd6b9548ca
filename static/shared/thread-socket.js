/* Keeps a ThreadLog true to the server.

   Events beside those of LiveSocket: "change" (detail: a change of the log).

   Sending the same message twice is safe: its nonce makes it one. So whatever is unsent goes again after every
   break, in its order, over whichever way is open. */

import { LiveSocket } from "./live-socket.js";

const ACKNOWLEDGED_WITHIN = 10_000;
const TYPING_EVERY = 3_000;

export class ThreadSocket extends LiveSocket {
  #seenToTell = 0;
  #typedAt = 0;
  #inFlight = new Set();
  #reading = false;
  #posting = false;

  /* `as` (client or worker) says who speaks, in a browser that could be both. `csrf()` gives the token for requests. */
  constructor({ log, as, csrf, ...connection }) {
    super(connection);
    Object.assign(this, { log, as, csrf });
  }

  get address() {
    return `${this.socketUrl}?as=${this.as}&after=${this.log.cursor}`;
  }

  /* -- what the page asks for --------------------------------------------------------------------- */

  send(item) {
    this.#tell(this.log.add(item));
    this.#sendUnsent();
  }

  retry(nonce) {
    this.#inFlight.delete(nonce);
    this.#tell(this.log.sending(nonce));
    this.#sendUnsent();
    if (!this.ready) this.wake();
  }

  typing() {
    if (!this.ready || Date.now() - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = Date.now();
    this.put({ type: "typing" });
  }

  seen(seq) {
    if (seq <= this.#seenToTell) return;
    this.#seenToTell = seq;
    if (this.ready) this.put({ type: "seen", seq });
  }

  /* -- what comes ----------------------------------------------------------------------------------- */

  take(frame) {
    this.#tell(this.log.receive(frame));
    if (frame.type === "error" && frame.nonce) this.#again(frame);
  }

  opened(frame) {
    if ((frame.seq ?? 0) > this.log.cursor) this.after("gap", 400, () => this.#read());
    if (this.#seenToTell) this.put({ type: "seen", seq: this.#seenToTell });
    this.#sendUnsent();
  }

  dropped() {
    this.#inFlight.clear();
  }

  /* A refusal that passes by itself is tried again when it says, or soon. */
  #again({ nonce, retry_after: pause }) {
    this.#inFlight.delete(nonce);
    if (this.log.unsent.some((item) => item.nonce === nonce)) {
      this.after("again", (pause ?? 5) * 1_000, () => this.#sendUnsent());
    }
  }

  /* -- plain requests ------------------------------------------------------------------------------ */

  async ask() {
    const contact = await this.request(`?as=${this.as}`);
    return contact !== null && (await this.#read()) ? contact : null;
  }

  answered(contact) {
    this.#tell(this.log.receive({ type: "welcome", contact }));
    this.#sendUnsent();
  }

  /* Everything after what is here, over HTTP: for a gap, and while polling. */
  async #read() {
    if (this.#reading) return true;
    this.#reading = true;
    const messages = await this.request(`messages/?as=${this.as}&after=${this.log.cursor}`);
    this.#reading = false;
    for (const message of messages ?? []) this.#tell(this.log.receive({ ...message, type: "message" }));
    return messages !== null;
  }

  /* A service that is handed over has a call of its own, which writes the message too. */
  async #post({ nonce, body, service }) {
    try {
      const response = await this.fetch(`${this.apiUrl}${service ? "services/" : `messages/?as=${this.as}`}`, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.csrf() },
        body: JSON.stringify({ nonce, body, service }),
      });
      const answer = await response.json().catch(() => ({}));
      if (response.ok) {
        this.#tell(this.log.receive({ ...answer, type: "message" }));
        return true;
      }
      this.#tell(this.log.refuse(nonce, answer.code ?? "", answer.detail ?? ""));
    } catch {
      this.#tell(this.log.notSent(nonce));
    }
    return false;
  }

  /* -- what is on its way --------------------------------------------------------------------------- */

  async #sendUnsent() {
    if (this.ready) {
      for (const item of this.log.unsent) {
        if (this.#inFlight.has(item.nonce)) continue;
        if (this.#posting) break; // what stands behind a service goes after it
        this.#inFlight.add(item.nonce);
        if (item.state !== "sending") this.#tell(this.log.sending(item.nonce));
        if (item.service) this.#handOver(item);
        else this.put({ type: "send", nonce: item.nonce, body: item.body });
      }
    } else if (this.answers && !this.#posting) {
      this.#posting = true;
      for (const item of this.log.unsent) {
        if (item.state !== "sending") this.#tell(this.log.sending(item.nonce));
        if (!(await this.#post(item)) && !item.final) break;
      }
      this.#posting = false;
    }
    if (this.log.unsent.length) this.after("acknowledge", ACKNOWLEDGED_WITHIN, () => this.#giveUpForNow());
  }

  async #handOver(item) {
    this.#posting = true;
    const went = await this.#post(item);
    this.#posting = false;
    this.#inFlight.delete(item.nonce);
    if (went || item.final) this.#sendUnsent();
    else this.after("again", 5_000, () => this.#sendUnsent());
  }

  #giveUpForNow() {
    const waiting = this.log.unsent.filter((item) => item.state === "sending");
    for (const item of waiting) this.#tell(this.log.notSent(item.nonce));
    if (waiting.length && this.ready) this.lost();
  }

  #tell(changes) {
    for (const change of changes) {
      if (change.kind === "gap") this.after("gap", 50, () => this.#read());
      else this.dispatchEvent(new CustomEvent("change", { detail: change }));
    }
  }
}
