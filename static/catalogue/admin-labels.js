// A field for choosing many rows is searched in an input of its own, which the library leaves without a name.
function nameFields() {
  for (const select of document.querySelectorAll("select.admin-autocomplete[multiple]")) {
    const name = document.querySelector(`label[for="${select.id}"]`)?.textContent.trim();
    for (const part of select.nextElementSibling?.querySelectorAll('.select2-search__field, [role="combobox"]') ?? []) {
      part.setAttribute("aria-label", name ?? "");
    }
  }
}

// The library makes the field when it is ready, before or after the page has loaded.
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(nameFields).observe(document.body, { childList: true, subtree: true });
  nameFields();
});
