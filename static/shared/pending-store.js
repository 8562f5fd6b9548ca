/* What I have typed and what has not left yet, kept on this device through a reload and a closed lid.

   One entry a message, so that two tabs of one thread never overwrite each other; sending the same entry from both
   is one message, since its nonce is the same. Everything goes when the writer leaves, forgets the device or exits
   quickly. A browser that refuses storage keeps it for as long as the page lives. */

const ROOT = "perhekeskus:";

class Memory {
  #map = new Map();
  get length() { return this.#map.size; }
  key(index) { return [...this.#map.keys()][index] ?? null; }
  getItem(key) { return this.#map.get(key) ?? null; }
  setItem(key, value) { this.#map.set(key, String(value)); }
  removeItem(key) { this.#map.delete(key); }
}

const memory = new Memory();

function browserStorage() {
  try {
    const storage = globalThis.localStorage;
    storage.setItem(`${ROOT}probe`, "1");
    storage.removeItem(`${ROOT}probe`);
    return storage;
  } catch {
    return memory;
  }
}

function keys(storage, prefix) {
  const found = [];
  for (let index = 0; index < storage.length; index += 1) {
    const key = storage.key(index);
    if (key?.startsWith(prefix)) found.push(key);
  }
  return found;
}

export class PendingStore {
  constructor(thread, storage = browserStorage()) {
    this.storage = storage;
    this.prefix = `${ROOT}${thread}:`;
  }

  get draft() {
    return this.storage.getItem(`${this.prefix}draft`) ?? "";
  }

  set draft(text) {
    if (text) this.#write(`${this.prefix}draft`, text);
    else this.storage.removeItem(`${this.prefix}draft`);
  }

  add({ nonce, body, at, service, name }) {
    this.#write(`${this.prefix}pending:${nonce}`, JSON.stringify({ nonce, body, at, service, name }));
  }

  remove(nonce) {
    this.storage.removeItem(`${this.prefix}pending:${nonce}`);
  }

  /* Oldest first. */
  all() {
    return keys(this.storage, `${this.prefix}pending:`)
      .map((key) => {
        try {
          return JSON.parse(this.storage.getItem(key));
        } catch {
          return null;
        }
      })
      .filter((item) => item?.nonce && typeof item.body === "string")
      .sort((one, other) => String(one.at).localeCompare(String(other.at)));
  }

  erase() {
    for (const key of keys(this.storage, this.prefix)) this.storage.removeItem(key);
  }

  static eraseAll(storage = browserStorage()) {
    for (const key of keys(storage, ROOT)) storage.removeItem(key);
  }

  /* A full storage must not stop a message from being sent. */
  #write(key, value) {
    try {
      this.storage.setItem(key, value);
    } catch {
      memory.setItem(key, value);
    }
  }
}
