/* Leaves the site at once: by the button, the skip link, or Shift pressed three times in a row.

   The page goes blank before the other one has loaded, and takes this page's place, so that the back button does
   not return to it. The browser's history of earlier pages stays, and the safety page says so. Nothing is ended:
   the conversation can be gone back to. Text that was not sent leaves the device. */

import { PendingStore } from "../shared/pending-store.js";

const PRESSES = 3;
const WITHIN = 1500;
let presses = [];

function leave() {
  const link = document.querySelector("[data-quick-exit]");
  if (!link) return;
  const address = link.href;
  PendingStore.eraseAll();
  document.title = "\u200b";
  document.body.replaceChildren();
  globalThis.location.replace(address);
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-quick-exit]")) {
    event.preventDefault();
    leave();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Shift") {
    presses = [];
    return;
  }
  if (event.repeat) return;
  const at = Date.now();
  presses = [...presses.filter((earlier) => at - earlier < WITHIN), at];
  if (presses.length >= PRESSES) leave();
});

/* Shift held for a capital letter or a selection is not a press of its own. */
document.addEventListener("input", () => { presses = []; });
document.addEventListener("pointerdown", () => { presses = []; });

/* Leaving or forgetting through a form takes the unsent text along. */
document.addEventListener("submit", (event) => {
  if (event.target.matches?.("[data-erases]")) PendingStore.eraseAll();
});
