// Words written so far, for <span data-count-for="id_text" data-one="{n} word" data-other="{n} words">.
(() => {
  const rules = new Intl.PluralRules(document.documentElement.lang || "en");
  const count = (text) => (text.match(/[\p{L}\p{N}]+(?:[’'-][\p{L}\p{N}]+)*/gu) || []).length;
  const show = (place, field) => {
    const n = count(field.value);
    place.textContent = (rules.select(n) === "one" ? place.dataset.one : place.dataset.other).replace("{n}", n);
  };
  const wire = (root) => {
    for (const place of root.querySelectorAll("[data-count-for]:not([data-counting])")) {
      const field = document.getElementById(place.dataset.countFor);
      if (!field) continue;
      place.dataset.counting = "";
      field.addEventListener("input", () => show(place, field));
      show(place, field);
    }
  };
  document.addEventListener("DOMContentLoaded", () => wire(document));
  document.addEventListener("htmx:afterSettle", (event) => wire(event.target));
})();
