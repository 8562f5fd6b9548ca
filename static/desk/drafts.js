/* Unsent texts of the desk: kept in this tab only, by worker and by room, so that a shared computer tells nothing. */

import { PendingStore } from "../shared/pending-store.js";

export function tabStorage() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined; // then for as long as the page lives
  }
}

/* `room`: "reply" or "note". Two rooms, two stores: a text never moves from one to the other. */
export function drafts(user, contact, room) {
  return new PendingStore(`${user}:${room}:${contact}`, tabStorage());
}
