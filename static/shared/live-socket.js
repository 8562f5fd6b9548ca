/* A connection that mends itself: a WebSocket, and where that is blocked or away plain requests every few seconds.

   Events: "status" (detail: {state, since}), "ended" (detail: {code}). `state` is one of
     live        what is on the screen is what there is
     slow        all goes both ways, but may show late
     connecting  not sure yet, for a moment
     stale       nothing has been heard since `since`

   Each kind of connection says by overriding what is its own. */

const PING_EVERY = 20_000;
const SILENT_AFTER = 32_000;
const FIRST_WORD_WITHIN = 8_000;
const STALE_AFTER = 3_000;
const POLL_EVERY = 4_000;
const WAKES_WITHIN = 4_000;
const BLOCKED_AFTER = 2;
const LONGEST_PAUSE = 20_000;
const ENDED = new Set([4401, 4404, 4410, 4426]);
const ENDED_BY_STATUS = { 401: 4401, 404: 4404 };

/* The page's own address of a socket. */
export function socketUrl(path) {
  return new URL(path, globalThis.location.href.replace(/^http/, "ws")).href;
}

export class LiveSocket extends EventTarget {
  #socket = null;
  #ready = false;
  #failures = 0;
  #heardAt = 0;
  #lostAt = null;
  #polling = false;
  #answers = false;
  #delivery = "live";
  #timers = new Map();
  #stopped = true;
  #status = { state: "connecting", since: null };

  /* WebSocket and fetch can be replaced in tests. */
  constructor({ socketUrl, apiUrl, WebSocket = globalThis.WebSocket, fetch = globalThis.fetch.bind(globalThis) }) {
    super();
    Object.assign(this, { socketUrl, apiUrl, WebSocket, fetch });
  }

  /* -- what a kind of connection says ------------------------------------------------------------- */

  /* The address to connect to, now. */
  get address() {
    return this.socketUrl;
  }

  /* The type of the frame that begins every connection. */
  get opening() {
    return "welcome";
  }

  /* A frame has come. */
  take(frame) {}

  /* The connection is up: whatever waited for it goes now. */
  opened(frame) {}

  /* The connection is gone: nothing is on its way any more. */
  dropped() {}

  /* Ask by plain requests what the socket would have said: the answer, or null. */
  async ask() {
    return null;
  }

  /* The answer, while plain requests still stand in. */
  answered(answer) {}

  /* -- life --------------------------------------------------------------------------------------- */

  get status() {
    return this.#status;
  }

  /* Frames can be put. */
  get ready() {
    return this.#ready;
  }

  /* Plain requests stand in for the socket, and work. */
  get answers() {
    return this.#answers;
  }

  start() {
    this.#stopped = false;
    globalThis.addEventListener?.("online", this.wake);
    globalThis.addEventListener?.("offline", this.#offline);
    globalThis.document?.addEventListener("visibilitychange", this.wake);
    this.#connect();
    this.#beat();
  }

  stop() {
    this.#stopped = true;
    globalThis.removeEventListener?.("online", this.wake);
    globalThis.removeEventListener?.("offline", this.#offline);
    globalThis.document?.removeEventListener("visibilitychange", this.wake);
    for (const name of [...this.#timers.keys()]) this.cancel(name);
    this.#drop();
  }

  put(frame) {
    try {
      this.#socket?.send(JSON.stringify(frame));
    } catch {
      this.lost();
    }
  }

  /* A request beside the socket: the answer's JSON, or null. One that is refused for good ends the connection. */
  async request(path = "") {
    try {
      const response = await this.fetch(this.apiUrl + path, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (ENDED_BY_STATUS[response.status]) this.#end(ENDED_BY_STATUS[response.status]);
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  /* -- the socket --------------------------------------------------------------------------------- */

  #connect() {
    if (this.#stopped || this.#socket) return;
    this.cancel("reconnect");
    let socket;
    try {
      socket = new this.WebSocket(this.address);
    } catch {
      this.lost();
      return;
    }
    this.#socket = socket;
    this.after("first", FIRST_WORD_WITHIN, () => this.lost());
    socket.addEventListener("message", (event) => {
      if (socket === this.#socket) this.#hear(event.data);
    });
    socket.addEventListener("close", (event) => {
      if (socket !== this.#socket) return;
      if (ENDED.has(event.code)) this.#end(event.code);
      else this.lost();
    });
  }

  #hear(text) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (typeof frame?.type !== "string") return;
    this.#heardAt = Date.now();
    const opens = frame.type === this.opening;
    if (opens) this.#up();
    if (opens || frame.delivery) this.#delivery = frame.delivery ?? "live";
    this.take(frame);
    if (opens) this.opened(frame);
    if (this.#ready) this.#say(this.#delivery === "slow" ? "slow" : "live");
  }

  #up() {
    this.cancel("first");
    this.cancel("poll");
    this.#ready = true;
    this.#failures = 0;
    this.#polling = false;
    this.#answers = false;
  }

  #beat() {
    this.after("beat", PING_EVERY, () => {
      if (this.#ready && Date.now() - this.#heardAt > SILENT_AFTER) this.lost();
      else if (this.#ready) this.put({ type: "ping" });
      this.#beat();
    });
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#ready = false;
    this.cancel("first");
    this.dropped();
    try {
      socket?.close();
    } catch {
      /* it never opened */
    }
  }

  /* The connection is not to be trusted: begin another. */
  lost() {
    this.#drop();
    if (this.#stopped) return;
    this.#failures += 1;
    this.#lostAt ??= this.#heardAt || Date.now();
    if (!this.#answers) {
      if (this.#status.state !== "stale") this.#say("connecting");
      if (!this.#timers.has("stale")) this.after("stale", STALE_AFTER, () => this.#say("stale"));
    }
    const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(this.#failures, 6));
    this.after("reconnect", pause * (0.5 + Math.random() / 2), () => this.#connect());
    if (this.#failures >= BLOCKED_AFTER && !this.#polling) {
      this.#polling = true;
      this.#poll();
    }
  }

  #end(code) {
    if (this.#stopped) return;
    this.stop();
    this.dispatchEvent(new CustomEvent("ended", { detail: { code } }));
  }

  /* Somebody looks, or the network is back: is the connection still what it seems? */
  wake = () => {
    if (this.#stopped || globalThis.document?.visibilityState === "hidden") return;
    if (this.#ready) {
      const asked = Date.now();
      this.after("wake", WAKES_WITHIN, () => {
        if (this.#heardAt < asked) this.lost();
      });
      this.put({ type: "ping" });
      return;
    }
    this.#failures = Math.min(this.#failures, BLOCKED_AFTER);
    this.#drop();
    this.#connect();
    if (this.#polling) this.#poll();
  };

  #offline = () => {
    this.lost();
    this.#answers = false;
    this.#say("stale");
  };

  /* -- plain requests ----------------------------------------------------------------------------- */

  async #poll() {
    this.cancel("poll");
    const answer = await this.ask();
    if (!this.#polling || this.#stopped) return;
    this.#answers = answer !== null;
    if (this.#answers) {
      this.#heardAt = Date.now();
      this.#say("slow");
      this.answered(answer);
    } else {
      this.#say("stale");
    }
    this.after("poll", POLL_EVERY, () => this.#poll());
  }

  /* -- what is said, and when ----------------------------------------------------------------------- */

  #say(state) {
    if (state === "live" || state === "slow") {
      this.#lostAt = null;
      this.cancel("stale");
    }
    const since = this.#lostAt;
    if (state === this.#status.state && since === this.#status.since) return;
    this.#status = { state, since };
    this.dispatchEvent(new CustomEvent("status", { detail: this.#status }));
  }

  /* Timers, one of a name; none outlives a stop. */
  after(name, pause, action) {
    this.cancel(name);
    this.#timers.set(name, setTimeout(() => {
      this.#timers.delete(name);
      if (!this.#stopped) action();
    }, pause));
  }

  cancel(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
