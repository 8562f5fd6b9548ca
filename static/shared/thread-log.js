/* What a thread holds on this screen: messages in order, and what is still on its way.

   Plain logic without a page or a network, used by families and the desk alike. Every method returns a list of
   changes for the page to show:
     {kind: "message", message}          a message, each once and in the order of the thread
     {kind: "pending", item}             a message of mine that is sending or was not sent
     {kind: "settled", item}             the thread has what was on its way
     {kind: "gap", after}                something is missing after this number: read it
     {kind: "contact", contact, before}  what is known of the contact, and as it was
     {kind: "seen", seen}                how far each side has read
     {kind: "typing", author}            somebody writes */

/* Refusals that trying again does not cure: the text has to change, or the contact is over. */
const FINAL = new Set(["invalid", "too_long", "closed", "not_yours", "not_found"]);

export class ThreadLog {
  constructor({ after = 0, seen = {} } = {}) {
    this.cursor = after;
    this.messages = [];
    this.pending = new Map();
    this.seen = { client: 0, worker: 0, ...seen };
    this.contact = null;
    this.early = new Map();
  }

  /* A frame of the socket, or the same thing read over HTTP. */
  receive(frame) {
    switch (frame.type) {
      case "welcome":
        return this.welcome(frame);
      case "message":
        return this.message(frame);
      case "state":
        return this.state(frame);
      case "seen":
        return this.hasSeen(frame.author?.kind, frame.seq);
      case "seq":
        return this.newest(frame.seq);
      case "typing":
        return [{ kind: "typing", author: frame.author ?? null }];
      case "error":
        return frame.nonce ? this.refuse(frame.nonce, frame.code, frame.detail) : [];
      default:
        return [];
    }
  }

  welcome(frame) {
    const contact = frame.contact && typeof frame.contact === "object" ? frame.contact : frame;
    const changes = this.know(contact);
    if (contact.seen) {
      changes.push(...this.hasSeen("client", contact.seen.client), ...this.hasSeen("worker", contact.seen.worker));
    }
    return changes;
  }

  know(contact) {
    const before = this.contact;
    this.contact = { ...before, ...contact };
    return [{ kind: "contact", contact: this.contact, before }];
  }

  state(frame) {
    const { v, type, contact, ...changed } = frame;
    return this.know(changed);
  }

  newest(seq) {
    return seq > this.cursor ? [{ kind: "gap", after: this.cursor }] : [];
  }

  message(message) {
    const mine = this.settle(message.nonce);
    if (message.seq <= this.cursor) return mine;
    if (message.seq > this.cursor + 1) {
      const known = this.early.has(message.seq);
      this.early.set(message.seq, message);
      return known ? mine : [...mine, { kind: "gap", after: this.cursor }];
    }
    const changes = mine;
    for (let next = message; next; next = this.early.get(this.cursor + 1)) {
      this.early.delete(next.seq);
      this.cursor = next.seq;
      this.messages.push(next);
      changes.push({ kind: "message", message: next });
    }
    return changes;
  }

  hasSeen(side, seq) {
    if (!side || !(seq > (this.seen[side] ?? 0))) return [];
    this.seen[side] = seq;
    return [{ kind: "seen", seen: { ...this.seen } }];
  }

  /* -- mine, on the way ------------------------------------------------------------------------ */

  /* `service` and `name`: of a service that goes along. */
  add({ nonce, body, at, service, name }) {
    const item = { nonce, body, at, ...(service ? { service, name } : {}), state: "sending", detail: "", final: false };
    this.pending.set(nonce, item);
    return [{ kind: "pending", item }];
  }

  sending(nonce) {
    return this.change(nonce, { state: "sending", detail: "", final: false });
  }

  notSent(nonce, detail = "") {
    return this.change(nonce, { state: "not_sent", detail });
  }

  refuse(nonce, code, detail = "") {
    return this.change(nonce, { state: "not_sent", detail, final: FINAL.has(code) });
  }

  change(nonce, changed) {
    const item = this.pending.get(nonce);
    if (!item) return [];
    Object.assign(item, changed);
    return [{ kind: "pending", item }];
  }

  /* The thread has it. */
  settle(nonce) {
    const item = this.pending.get(nonce);
    if (!item) return [];
    this.pending.delete(nonce);
    return [{ kind: "settled", item }];
  }

  /* What is to be sent (again), oldest first. */
  get unsent() {
    return [...this.pending.values()].filter((item) => !item.final);
  }
}
