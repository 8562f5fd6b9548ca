/* Hears the desk: by WebSocket, and where that is down by asking every few seconds.

   Events: "desk" (detail: the state as GET /api/v1/desk/ gives it), "status" (detail: {state, since}; states as in
   ThreadSocket), "ended" (detail: {code}). Every ping is also the worker's sign of life. */

const PING_EVERY = 20_000;
const SILENT_AFTER = 32_000;
const FIRST_WORD_WITHIN = 8_000;
const STALE_AFTER = 3_000;
const POLL_EVERY = 5_000;
const BLOCKED_AFTER = 2;
const LONGEST_PAUSE = 15_000;
const ENDED = new Set([4401, 4404, 4426]);

export class DeskSocket extends EventTarget {
  #socket = null;
  #ready = false;
  #failures = 0;
  #heardAt = 0;
  #lostAt = null;
  #polling = false;
  #stopped = true;
  #status = { state: "connecting", since: null };
  #timers = new Map();

  constructor({ socketUrl, apiUrl, WebSocket = globalThis.WebSocket, fetch = globalThis.fetch.bind(globalThis) }) {
    super();
    Object.assign(this, { socketUrl, apiUrl, WebSocket, fetch });
  }

  start() {
    this.#stopped = false;
    globalThis.addEventListener?.("online", this.#wake);
    globalThis.addEventListener?.("offline", this.#offline);
    globalThis.document?.addEventListener("visibilitychange", this.#wake);
    this.#connect();
    this.#beat();
  }

  stop() {
    this.#stopped = true;
    globalThis.removeEventListener?.("online", this.#wake);
    globalThis.removeEventListener?.("offline", this.#offline);
    globalThis.document?.removeEventListener("visibilitychange", this.#wake);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#drop();
  }

  /* -- the socket ------------------------------------------------------------------------------- */

  #connect() {
    if (this.#stopped || this.#socket) return;
    let socket;
    try {
      socket = new this.WebSocket(this.socketUrl);
    } catch {
      this.#lost();
      return;
    }
    this.#socket = socket;
    this.#after("first", FIRST_WORD_WITHIN, () => this.#lost());
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
    if (frame.type !== "desk") return;
    this.#cancel("first");
    this.#ready = true;
    this.#failures = 0;
    this.#polling = false;
    this.#cancel("poll");
    this.#say(frame.delivery === "slow" ? "slow" : "live");
    this.dispatchEvent(new CustomEvent("desk", { detail: frame }));
  }

  #beat() {
    this.#after("beat", PING_EVERY, () => {
      if (this.#ready && Date.now() - this.#heardAt > SILENT_AFTER) this.#lost();
      else if (this.#ready) this.#ping();
      this.#beat();
    });
  }

  #ping() {
    try {
      this.#socket.send('{"type":"ping"}');
    } catch {
      this.#lost();
    }
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#ready = false;
    this.#cancel("first");
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
    if (this.#status.state !== "slow" && this.#status.state !== "stale") {
      this.#say("connecting");
      this.#after("stale", STALE_AFTER, () => this.#say("stale"));
    }
    const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(this.#failures, 6));
    this.#after("reconnect", pause * (0.5 + Math.random() / 2), () => this.#connect());
    if (this.#failures >= BLOCKED_AFTER && !this.#polling) {
      this.#polling = true;
      this.#poll();
    }
  }

  #end(code) {
    this.stop();
    this.dispatchEvent(new CustomEvent("ended", { detail: { code } }));
  }

  #wake = () => {
    if (this.#stopped || globalThis.document?.visibilityState === "hidden") return;
    if (this.#ready) {
      this.#ping();
      const asked = Date.now();
      this.#after("wake", 4_000, () => {
        if (this.#heardAt < asked) this.#lost();
      });
      return;
    }
    this.#drop();
    this.#connect();
    if (this.#polling) this.#poll();
  };

  #offline = () => {
    this.#lost();
    this.#say("stale");
  };

  /* -- plain requests ------------------------------------------------------------------------------ */

  async #poll() {
    if (!this.#polling || this.#stopped) return;
    this.#cancel("poll");
    let response = null;
    let state = null;
    try {
      response = await this.fetch(this.apiUrl, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (response.ok) state = await response.json();
    } catch {
      /* said below */
    }
    if (!this.#polling || this.#stopped) return;
    if (response?.status === 401 || response?.status === 404) {
      this.#end(response.status === 401 ? 4401 : 4404);
      return;
    }
    if (state) {
      this.#heardAt = Date.now();
      this.#say("slow");
      this.dispatchEvent(new CustomEvent("desk", { detail: state }));
    } else {
      this.#say("stale");
    }
    this.#after("poll", POLL_EVERY, () => this.#poll());
  }

  /* -- what is said, and when ------------------------------------------------------------------------ */

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

  #after(name, pause, action) {
    this.#cancel(name);
    this.#timers.set(name, setTimeout(() => {
      this.#timers.delete(name);
      if (!this.#stopped) action();
    }, pause));
  }

  #cancel(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
