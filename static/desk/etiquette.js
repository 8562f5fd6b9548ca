/* How to write with families: beside the composer, opened and closed by a button or a key, and never over the thread. */

export function toggleEtiquette() {
  const panel = document.getElementById("etiquette");
  if (!panel) return;
  panel.open = !panel.open;
  if (panel.open) panel.querySelector("summary").focus({ preventScroll: true });
  else document.getElementById("reply")?.focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" });
}

document.getElementById("etiquette")?.classList.add("by-button"); // without scripts its own line opens it

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-etiquette]") || !document.getElementById("etiquette")) return;
  event.preventDefault();
  toggleEtiquette();
});

document.addEventListener("keydown", (event) => {
  const panel = event.key === "Escape" && event.target.closest?.("#etiquette[open]");
  if (panel) toggleEtiquette();
});
