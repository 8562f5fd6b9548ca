/* Unsent texts of the desk in this tab, by worker and by room, so that a shared computer tells nothing. The server keeps
   them too, for their writer alone (draft-keeper.js): the tab's copy is for a network that is gone. */

import { PendingStore } from "../shared/pending-store.js";

export function tabStorage() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined; // then for as long as the page lives
  }
}

export class DeskDrafts extends PendingStore {
  /* The version by which the server has the draft as it stands here; empty while it has not. */
  get version() {
    return this.storage.getItem(`${this.prefix}version`) ?? "";
  }

  set version(version) {
    if (version) this.storage.setItem(`${this.prefix}version`, version);
    else this.storage.removeItem(`${this.prefix}version`);
  }
}

/* `room`: "reply" or "note". Two rooms, two stores: a text never moves from one to the other. */
export function drafts(user, contact, room) {
  return new DeskDrafts(`${user}:${room}:${contact}`, tabStorage());
}
