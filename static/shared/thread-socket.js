/* Keeps a ThreadLog true to the server: by WebSocket, and by plain requests where sockets are blocked.

   Events: "change" (detail: a change of the log), "status" (detail: {state, since}), "ended" (detail: {code}).
   `state` is one of
     live        what is on the screen is what there is
     slow        messages go both ways, but may show late
     connecting  not sure yet, for a moment
     stale       nothing has been heard since `since`

   Sending the same message twice is safe: its nonce makes it one. So whatever is unsent goes again after every
   break, in its order, over whichever way is open. */

const PING_EVERY = 20_000;
const SILENT_AFTER = 32_000;
const WELCOME_WITHIN = 8_000;
const ACKNOWLEDGED_WITHIN = 10_000;
const STALE_AFTER = 3_000;
const POLL_EVERY = 4_000;
const TYPING_EVERY = 3_000;
const LONGEST_PAUSE = 20_000;
const BLOCKED_AFTER = 2;
const ENDED = new Set([4401, 4404, 4410, 4426]);

export class ThreadSocket extends EventTarget {
  #socket = null;
  #ready = false;
  #failures = 0;
  #heardAt = 0;
  #lostAt = null;
  #polling = false;
  #pollWorks = false;
  #delivery = "live";
  #seenToTell = 0;
  #typedAt = 0;
  #inFlight = new Set();
  #timers = new Map();
  #reading = false;
  #stopped = true;
  #status = { state: "connecting", since: null };

  /* `as` (client or worker) says who speaks, in a browser that could be both. `csrf()` gives the token for requests.
     The rest can be replaced in tests. */
  constructor({ log, socketUrl, apiUrl, as, csrf, WebSocket = globalThis.WebSocket, fetch = globalThis.fetch.bind(globalThis) }) {
    super();
    Object.assign(this, { log, socketUrl, apiUrl, as, csrf, WebSocket, fetch });
  }

  get status() {
    return this.#status;
  }

  start() {
    this.#stopped = false;
    globalThis.addEventListener?.("online", this.#wake);
    globalThis.addEventListener?.("offline", this.#offline);
    globalThis.document?.addEventListener("visibilitychange", this.#wake);
    this.#connect();
    this.#every("beat", PING_EVERY, () => this.#beat());
  }

  stop() {
    this.#stopped = true;
    globalThis.removeEventListener?.("online", this.#wake);
    globalThis.removeEventListener?.("offline", this.#offline);
    globalThis.document?.removeEventListener("visibilitychange", this.#wake);
    for (const name of [...this.#timers.keys()]) this.#cancel(name);
    this.#drop();
  }

  /* -- what the page asks for --------------------------------------------------------------------- */

  send({ nonce, body, at }) {
    this.#tell(this.log.add({ nonce, body, at }));
    this.#sendUnsent();
  }

  retry(nonce) {
    this.#inFlight.delete(nonce);
    this.#tell(this.log.sending(nonce));
    this.#sendUnsent();
    if (!this.#ready) this.#wake();
  }

  typing() {
    if (!this.#ready || Date.now() - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = Date.now();
    this.#put({ type: "typing" });
  }

  seen(seq) {
    if (seq <= this.#seenToTell) return;
    this.#seenToTell = seq;
    if (this.#ready) this.#put({ type: "seen", seq });
  }

  /* -- the socket --------------------------------------------------------------------------------- */

  #connect() {
    if (this.#stopped || this.#socket) return;
    this.#cancel("reconnect");
    let socket;
    try {
      socket = new this.WebSocket(`${this.socketUrl}?as=${this.as}&after=${this.log.cursor}`);
    } catch {
      this.#lost();
      return;
    }
    this.#socket = socket;
    this.#after("welcome", WELCOME_WITHIN, () => this.#lost());
    socket.addEventListener("message", (event) => {
      if (socket === this.#socket) this.#hear(event.data);
    });
    socket.addEventListener("close", (event) => {
      if (socket !== this.#socket) return;
      if (ENDED.has(event.code)) this.#end(event.code);
      else this.#lost();
    });
  }

  #hear(text) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    this.#heardAt = Date.now();
    if (frame.type === "welcome") {
      this.#cancel("welcome");
      this.#ready = true;
      this.#failures = 0;
      this.#delivery = frame.delivery ?? "live";
      this.#stopPolling();
    }
    if (frame.type === "state" && frame.delivery) this.#delivery = frame.delivery;
    this.#tell(this.log.receive(frame));
    if (frame.type === "error" && frame.nonce) this.#again(frame);
    if (frame.type === "welcome") {
      if ((frame.seq ?? 0) > this.log.cursor) this.#after("gap", 400, () => this.#read());
      if (this.#seenToTell) this.#put({ type: "seen", seq: this.#seenToTell });
      this.#sendUnsent();
    }
    if (this.#ready) this.#say(this.#delivery === "slow" ? "slow" : "live");
  }

  /* A refusal that passes by itself is tried again when it says, or soon. */
  #again({ nonce, retry_after: pause }) {
    this.#inFlight.delete(nonce);
    if (this.log.unsent.some((item) => item.nonce === nonce)) {
      this.#after("again", (pause ?? 5) * 1_000, () => this.#sendUnsent());
    }
  }

  #beat() {
    if (!this.#ready) return;
    if (Date.now() - this.#heardAt > SILENT_AFTER) this.#lost();
    else this.#put({ type: "ping" });
  }

  #put(frame) {
    try {
      this.#socket?.send(JSON.stringify(frame));
    } catch {
      this.#lost();
    }
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#ready = false;
    this.#inFlight.clear();
    this.#cancel("welcome");
    try {
      socket?.close();
    } catch {
      /* it never opened */
    }
  }

  #lost() {
    this.#drop();
    if (this.#stopped) return;
    this.#failures += 1;
    this.#lostAt ??= this.#heardAt || Date.now();
    if (this.#status.state !== "slow" || !this.#pollWorks) {
      if (this.#status.state !== "stale") this.#say("connecting");
      this.#after("stale", STALE_AFTER, () => this.#say("stale"), true);
    }
    const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(this.#failures, 6));
    this.#after("reconnect", pause * (0.5 + Math.random() / 2), () => this.#connect());
    if (this.#failures >= BLOCKED_AFTER) this.#startPolling();
  }

  #end(code) {
    this.stop();
    this.dispatchEvent(new CustomEvent("ended", { detail: { code } }));
  }

  #wake = () => {
    if (this.#stopped || globalThis.document?.visibilityState === "hidden") return;
    if (this.#ready) {
      this.#put({ type: "ping" });
      const asked = Date.now();
      this.#after("wake", 4_000, () => {
        if (this.#heardAt < asked) this.#lost();
      });
      return;
    }
    this.#failures = Math.min(this.#failures, BLOCKED_AFTER);
    this.#drop();
    this.#connect();
    if (this.#polling) this.#poll();
  };

  #offline = () => {
    this.#lost();
    this.#pollWorks = false;
    this.#say("stale");
  };

  /* -- plain requests ------------------------------------------------------------------------------ */

  #startPolling() {
    if (this.#polling) return;
    this.#polling = true;
    this.#poll();
  }

  #stopPolling() {
    this.#polling = false;
    this.#pollWorks = false;
    this.#cancel("poll");
  }

  async #poll() {
    if (!this.#polling || this.#stopped) return;
    this.#cancel("poll");
    const contact = await this.#request(`?as=${this.as}`);
    const works = contact !== null && (await this.#read());
    if (!this.#polling || this.#stopped) return;
    this.#pollWorks = works;
    if (works) {
      this.#heardAt = Date.now();
      this.#tell(this.log.receive({ type: "welcome", contact }));
      this.#say("slow");
      this.#sendUnsent();
    } else {
      this.#say("stale");
    }
    this.#after("poll", POLL_EVERY, () => this.#poll());
  }

  /* Everything after what is here, over HTTP: for a gap, and while polling. */
  async #read() {
    if (this.#reading) return true;
    this.#reading = true;
    const answer = await this.#request(`messages/?as=${this.as}&after=${this.log.cursor}`);
    this.#reading = false;
    if (answer === null) return false;
    for (const message of Array.isArray(answer) ? answer : (answer.messages ?? answer.results ?? [])) {
      this.#tell(this.log.receive({ ...message, type: "message" }));
    }
    return true;
  }

  async #request(path) {
    try {
      const response = await this.fetch(this.apiUrl + path, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (response.status === 404 || response.status === 401) this.#end(response.status === 404 ? 4404 : 4401);
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  async #post({ nonce, body }) {
    try {
      const response = await this.fetch(`${this.apiUrl}messages/?as=${this.as}`, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.csrf() },
        body: JSON.stringify({ nonce, body }),
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
    if (this.#ready) {
      for (const item of this.log.unsent) {
        if (this.#inFlight.has(item.nonce)) continue;
        this.#inFlight.add(item.nonce);
        if (item.state !== "sending") this.#tell(this.log.sending(item.nonce));
        this.#put({ type: "send", nonce: item.nonce, body: item.body });
      }
    } else if (this.#pollWorks && !this.posting) {
      this.posting = true;
      for (const item of this.log.unsent) {
        if (item.state !== "sending") this.#tell(this.log.sending(item.nonce));
        if (!(await this.#post(item)) && !item.final) break;
      }
      this.posting = false;
    }
    if (this.log.unsent.length) this.#after("acknowledge", ACKNOWLEDGED_WITHIN, () => this.#giveUpForNow());
  }

  #giveUpForNow() {
    const waiting = this.log.unsent.filter((item) => item.state === "sending");
    for (const item of waiting) this.#tell(this.log.notSent(item.nonce));
    if (waiting.length && this.#ready) this.#lost();
  }

  #tell(changes) {
    for (const change of changes) {
      if (change.kind === "gap") this.#after("gap", 50, () => this.#read());
      else this.dispatchEvent(new CustomEvent("change", { detail: change }));
    }
  }

  #say(state) {
    if (state === "live" || state === "slow") {
      this.#lostAt = null;
      this.#cancel("stale");
    }
    const since = this.#lostAt;
    if (state === this.#status.state && since === this.#status.since) return;
    this.#status = { state, since };
    this.dispatchEvent(new CustomEvent("status", { detail: this.#status }));
  }

  /* -- timers, one of a name ------------------------------------------------------------------------- */

  #after(name, pause, action, keep = false) {
    if (keep && this.#timers.has(name)) return;
    this.#cancel(name);
    this.#timers.set(name, setTimeout(() => {
      this.#timers.delete(name);
      if (!this.#stopped) action();
    }, pause));
  }

  #every(name, pause, action) {
    this.#after(name, pause, () => {
      action();
      this.#every(name, pause, action);
    });
  }

  #cancel(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
