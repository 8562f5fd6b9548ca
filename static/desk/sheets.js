/* Sheets over the page: the browser's own dialogs, which keep the focus in and give it back. Without this file the
   links to them show the same sheets. */

export function openSheet(id, focusOn = null) {
  const sheet = document.getElementById(id);
  if (!sheet) return null;
  if (!sheet.matches(":modal")) {
    sheet.removeAttribute("open");
    sheet.showModal();
  }
  const target = focusOn && sheet.querySelector(focusOn);
  target?.focus();
  return sheet;
}

/* Sheets that the server gave open, because something in them was refused. */
export function openGivenSheets() {
  for (const sheet of document.querySelectorAll("dialog[data-shown]")) {
    sheet.removeAttribute("data-shown");
    openSheet(sheet.id, "[aria-invalid], [role=alert] ~ * input");
  }
}

export function isSheetOpen() {
  return document.querySelector("dialog:modal") !== null;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener && document.getElementById(opener.dataset.opens)) {
    event.preventDefault();
    openSheet(opener.dataset.opens);
  }
  const closer = event.target.closest("[data-closes]");
  const sheet = closer?.closest("dialog");
  if (sheet?.open) {
    event.preventDefault();
    sheet.close();
  }
});

/* An address that ends in #closing was opened without scripts once; here the sheet is a dialog. */
const named = globalThis.location.hash.slice(1);
if (named && document.getElementById(named)?.matches("dialog")) {
  globalThis.location.hash = "thread";
  openSheet(named);
}
openGivenSheets();
