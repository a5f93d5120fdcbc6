// The account menu is a plain <details>. This closes it on Escape and when the pointer or focus goes elsewhere.
(() => {
  const shut = (menu) => { menu.open = false; };
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (menu) { shut(menu); menu.querySelector("summary").focus(); }
  });
  for (const kind of ["pointerdown", "focusin"]) {
    document.addEventListener(kind, (event) => {
      for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) shut(menu);
    });
  }
})();
