/* Taking a page along: paper, a copied link, or the device's own way of sharing. Each button stays hidden where the
   browser cannot do it, and without scripts: the letter's link works always. Nobody is told and nothing is counted. */

function tell(button, text) {
  const label = button.querySelector("[data-label]");
  const before = label.textContent;
  button.closest("[role=group]").querySelector("[data-told]").textContent = text;
  label.textContent = text;
  setTimeout(() => { label.textContent = before; }, 4000);
}

/* Who denies the clipboard still gets the address in sight, chosen and ready to be copied by hand. */
function show(button, address) {
  const field = Object.assign(document.createElement("input"), { className: "input", readOnly: true, value: address });
  field.setAttribute("aria-label", button.textContent.trim());
  button.replaceWith(field);
  field.focus();
  field.select();
}

const ways = {
  print: { works: true, act: () => window.print() },
  copy: {
    works: true,
    act: async (button) => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        tell(button, button.dataset.done);
      } catch {
        show(button, button.dataset.copy);
      }
    },
  },
  share: {
    works: typeof navigator.share === "function",
    act: async (button) => {
      try {
        await navigator.share({ title: button.dataset.title, url: button.dataset.share });
      } catch (refusal) {
        if (refusal.name !== "AbortError") show(button, button.dataset.share); // changing one's mind is no fault
      }
    },
  },
};

/* What is folded away belongs on the paper too, in every browser. */
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("main details:not([open])")];
  for (const fold of unfolded) fold.open = true;
});
addEventListener("afterprint", () => { for (const fold of unfolded) fold.open = false; });

for (const [name, way] of Object.entries(ways)) {
  for (const button of document.querySelectorAll(`button[data-${name}]`)) {
    button.hidden = !way.works;
    button.addEventListener("click", () => way.act(button));
  }
}
