// After a form came back with errors, the summary is where reading starts.
(() => {
  const start = (root) => root.querySelector?.("[data-errors]")?.focus();
  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:afterSettle", (event) => start(event.target));
})();
