/* The lists pane, live. Rows come from the server as it renders them in the page: one markup, no text in this file. */

import { showStrips } from "../shared/clock.js";
import { socketUrl } from "../shared/live-socket.js";
import { DeskSocket } from "./desk-socket.js";

const GATHER = 150;
const WORDS_AGE = 30_000;

class DeskLists extends HTMLElement {
  #waiting = null;
  #shown = "";
  #asked = 0;

  connectedCallback() {
    this.place = this.querySelector("[data-lists]");
    this.announcer = this.querySelector("[data-announcer]");
    this.title = document.title;
    this.#titleCount(this.#count("waiting"));
    this.socket = new DeskSocket({ socketUrl: socketUrl(this.dataset.socket), apiUrl: this.dataset.api });
    this.socket.addEventListener("desk", (event) => this.#heard(event.detail));
    this.socket.addEventListener("status", (event) => showStrips(this, event.detail, this.dataset.language));
    this.socket.addEventListener("ended", (event) => this.#ended(event.detail.code));
    this.socket.start();
    this.words = setInterval(() => this.refresh(), WORDS_AGE); // "odottanut 6 min" goes on by itself
  }

  disconnectedCallback() {
    this.socket?.stop();
    clearInterval(this.words);
  }

  #count(name) {
    return Number(this.querySelector(`[data-count="${name}"]`)?.textContent ?? 0);
  }

  #heard(state) {
    const ids = new Set((state.waiting ?? []).map((row) => row.id));
    const isNew = this.#waiting && [...ids].some((id) => !this.#waiting.has(id));
    this.#waiting = ids;
    this.#titleCount(ids.size);
    if (isNew) this.announcer.textContent = this.dataset.newText.replace("{n}", ids.size);
    const { v, type, delivery, ...shown } = state;
    const text = JSON.stringify(shown);
    if (text === this.#shown) return;
    this.#shown = text;
    clearTimeout(this.gathering);
    this.gathering = setTimeout(() => this.refresh(), GATHER);
  }

  #titleCount(count) {
    document.title = count ? `(${count}) ${this.title}` : this.title;
  }

  /* Put the lists as they are now in place; focus and scroll stay where they were. */
  async refresh() {
    const asked = (this.#asked += 1);
    let response;
    let html;
    try {
      response = await fetch(this.dataset.fragment, { credentials: "same-origin", headers: { "X-Panels": "1" } });
      html = await response.text();
    } catch {
      return; // the strip says so
    }
    if (asked !== this.#asked || !response.ok) return;
    if (response.redirected) {
      this.#ended(4401);
      return;
    }
    const fresh = document.createElement("div");
    fresh.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    this.#seat(fresh);
    if (fresh.innerHTML.trim() === this.place.innerHTML.trim()) return;
    const focused = this.#focusedPart();
    const pane = this.closest(".pane");
    const scroll = pane?.scrollTop;
    this.place.replaceChildren(...document.importNode(fresh, true).childNodes);
    if (pane) pane.scrollTop = scroll;
    if (focused) this.querySelector(focused)?.focus({ preventScroll: true });
  }

  #focusedPart() {
    const link = this.place.contains(document.activeElement) ? document.activeElement : null;
    const row = link?.closest("[data-row]")?.dataset.row;
    if (row) return `[data-row="${row}"] a`;
    const pooled = link?.closest("[data-pooled]")?.dataset.pooled;
    if (pooled) return `[data-pooled="${pooled}"] button`;
    if (link?.closest("[data-take-next]")) return "[data-take-next] button";
    return link?.dataset.list ? `a[data-list="${link.dataset.list}"]` : null;
  }

  #seat(fresh) {
    const seat = document.querySelector("[data-seat]");
    const now = fresh.querySelector("[data-seat-now]");
    if (seat && now && seat.innerHTML.trim() !== now.innerHTML.trim()) seat.replaceChildren(document.importNode(now.content, true));
  }

  #ended(code) {
    this.socket.stop();
    clearInterval(this.words);
    if (code === 4426) globalThis.location.reload();
    else this.querySelector('[data-strip="ended"]').hidden = false;
  }
}

customElements.define("desk-lists", DeskLists);
