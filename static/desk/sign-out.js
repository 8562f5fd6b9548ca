/* What was typed and not sent goes from this device with the one who typed it. */

import { PendingStore } from "../shared/pending-store.js";
import { tabStorage } from "./drafts.js";

document.addEventListener("submit", (event) => {
  if (event.target.closest("[data-signs-out]")) PendingStore.eraseAll(tabStorage());
});
