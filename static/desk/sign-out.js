/* What was typed and not sent goes from this device with the one who typed it; first it is kept on the server for its
   writer ("signing-out": who has something to save puts the promise into the detail). */

import { PendingStore } from "../shared/pending-store.js";
import { tabStorage } from "./drafts.js";

const PATIENCE = 2_000; // a network that is gone keeps nobody signed in

let signingOut = false;

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-signs-out]");
  if (!form) return;
  event.preventDefault();
  if (signingOut) return;
  signingOut = true;
  const saving = [];
  document.dispatchEvent(new CustomEvent("signing-out", { detail: saving }));
  await Promise.race([Promise.allSettled(saving), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  PendingStore.eraseAll(tabStorage());
  form.submit();
});

// Back again from the browser's memory of pages: the form may be sent anew.
globalThis.addEventListener("pageshow", () => (signingOut = false));
