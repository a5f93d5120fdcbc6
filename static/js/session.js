// What a page does when its session ends under it. A request that htmx made is answered with 401: the page says so and
// offers to sign in in another tab. A page that opens tells the other tabs of this browser who is signed in, and lends
// them its token, so that they can go on where they stood; a tab of somebody else says that it can't.
(() => {
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
  const person = meta("draft-person"), place = document.querySelector("[data-signed-out]");
  if (!person || !place) return;
  const tell = (why) => {
    for (const said of place.querySelectorAll("[data-why]")) said.hidden = said.dataset.why !== why;
    place.hidden = !why;
  };
  const link = place.querySelector("a");
  link.href += `?expired=1&next=${encodeURIComponent(location.pathname + location.search)}`;
  document.addEventListener("htmx:responseError", ({ detail }) => { if (detail.xhr.status === 401) tell("out"); });
  if (!("BroadcastChannel" in window)) return;
  const tabs = new BroadcastChannel("session");
  tabs.postMessage({ person, headers: document.body.getAttribute("hx-headers") });
  tabs.addEventListener("message", ({ data }) => {
    if (data.person !== person) { tell("other"); return; }
    const token = JSON.parse(data.headers)["X-CSRFToken"];
    document.body.setAttribute("hx-headers", data.headers);
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
    // A text that was refused for another reason is not sent again by every page that opens.
    const wasOut = !place.hidden;
    tell("");
    if (wasOut) document.dispatchEvent(new Event("session:renewed"));
  });
})();
