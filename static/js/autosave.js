// Forms with data-draft="ID": what was typed and not yet confirmed by the server stays in this browser, encrypted
// with a key that only a page signed in as this person carries, and is offered again. The status tells the truth.
// A button with data-draft-forget gives up what was typed.
// data-draft-new marks a form that creates something: once sent from a page that then opens, its draft is gone.
(() => {
  const PREFIX = "draft:", SENT = "draft-sent", MONTH = 30 * 24 * 3600 * 1000;
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
  const person = meta("draft-person"), secret = meta("draft-key");
  const toBytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const toText = (buffer) => btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join(""));
  const key = secret && window.crypto?.subtle
    ? crypto.subtle.importKey("raw", toBytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]) : null;

  const seal = async (name, values) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(values));
    const algorithm = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
    return JSON.stringify({ t: Date.now(), iv: toText(iv), d: toText(await crypto.subtle.encrypt(algorithm, await key, plain)) });
  };
  const unseal = async (name, stored) => {
    const { t, iv, d } = JSON.parse(stored);
    if (Date.now() - t > MONTH) throw new Error("too old");
    const algorithm = { name: "AES-GCM", iv: toBytes(iv), additionalData: new TextEncoder().encode(name) };
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, await key, toBytes(d))));
  };

  // Never kept: tokens, versions, passwords, files.
  const kept = (field) => field.name && !field.disabled && !["csrfmiddlewaretoken", "next"].includes(field.name)
    && !/version$/.test(field.name) && !["password", "file", "submit", "button", "reset"].includes(field.type);
  const read = (form) => {
    const values = {};
    for (const field of form.elements) {
      if (!kept(field)) continue;
      const list = (values[field.name] ??= []);
      if (field.type === "select-multiple") list.push(...Array.from(field.selectedOptions, (o) => o.value));
      else if (!["checkbox", "radio"].includes(field.type) || field.checked) list.push(field.value);
    }
    return values;
  };
  const write = (form, values) => {
    const left = structuredClone(values);
    for (const field of form.elements) {
      if (!kept(field) || !(field.name in left)) continue;
      const list = left[field.name];
      if (field.type === "select-multiple") for (const o of field.options) o.selected = list.includes(o.value);
      else if (["checkbox", "radio"].includes(field.type)) field.checked = list.includes(field.value);
      else field.value = list.shift() ?? "";
      field.dispatchEvent(new Event("input"));
    }
  };

  const wire = (form) => {
    form.dataset.drafting = "";
    const name = `${PREFIX}${person}:${form.dataset.draft}`;
    const status = form.querySelector("[data-saved]") || document.getElementById(form.dataset.status);
    const offer = form.querySelector("[data-draft-offer]") || document.getElementById(form.dataset.offer);
    const say = (what, good = false) => {
      if (!status) return;
      status.classList.toggle("saved--not", !good);
      if (what && status.textContent !== status.dataset[what]) status.textContent = status.dataset[what];
      if (what === "expired" && status.dataset.login) {
        const link = document.createElement("a");
        link.href = `${status.dataset.login}?expired=1&next=${encodeURIComponent(location.pathname + location.search)}`;
        link.textContent = status.dataset.signIn;
        link.target = "_blank";
        link.rel = "noopener";
        status.append(" ", link);
      }
    };
    let turn = 0, sent = null, dirty = false;
    const drop = () => { turn++; dirty = false; localStorage.removeItem(name); };
    const put = async () => {
      const mine = ++turn;
      dirty = true;
      if (!key) return;
      try {
        const text = await seal(name, read(form));
        if (mine === turn) localStorage.setItem(name, text);
      } catch { say("unkept"); }
    };
    // A session that ended answers with the sign-in page, reached by a redirect, and status 200.
    const elsewhere = ({ xhr, pathInfo }) =>
      xhr.responseURL && new URL(xhr.responseURL).pathname !== new URL(pathInfo.finalRequestPath, location).pathname;
    const saved = (detail) => detail.xhr.status >= 200 && detail.xhr.status < 300 && !elsewhere(detail);
    const own = (handler) => (event) => { if ((event.detail.requestConfig?.elt ?? event.detail.elt) === form) handler(event); };

    form.addEventListener("input", () => { put(); say("writing", true); });
    form.addEventListener("change", put);
    form.addEventListener("htmx:beforeRequest", own(() => { sent = JSON.stringify(read(form)); say("saving", true); }));
    form.addEventListener("htmx:beforeSwap", own((event) => {
      if (event.detail.xhr.status === 200 && elsewhere(event.detail)) { event.detail.shouldSwap = false; say("expired"); }
    }));
    form.addEventListener("htmx:afterRequest", own(({ detail }) => {
      if (saved(detail)) { if (JSON.stringify(read(form)) === sent) drop(); say("", true); }
      else if (detail.xhr.status === 409 || detail.xhr.status === 422) say("");
    }));
    const offline = own(() => say(key ? "offline" : "unkept"));
    form.addEventListener("htmx:sendError", offline);
    form.addEventListener("htmx:timeout", offline);
    form.addEventListener("htmx:responseError", own(({ detail }) => say(!key ? "unkept" : detail.xhr.status === 401 ? "expired" : "failed")));
    const again = () => { if (dirty && form.isConnected) htmx.trigger(form, "autosave"); };
    window.addEventListener("online", again);
    document.addEventListener("session:renewed", again);
    window.addEventListener("beforeunload", (event) => { if (dirty && !key && !form.dataset.leaving) event.preventDefault(); });
    form.addEventListener("submit", (event) => {
      form.dataset.leaving = "";
      if (event.submitter && "draftForget" in event.submitter.dataset) drop();
      if ("draftNew" in form.dataset) sessionStorage.setItem(SENT, name);
    });

    const stored = key && localStorage.getItem(name);
    if (!stored) return;
    unseal(name, stored).then((values) => {
      if (JSON.stringify(values) === JSON.stringify(read(form))) {
        if (!document.querySelector("[data-errors]")) drop();   // a form that came back with errors was not taken
        return;
      }
      if (!offer) return;
      const preview = offer.querySelector("[data-draft-preview]");
      if (preview) {
        preview.textContent = Object.values(values).flat().reduce((a, b) => (b.length > a.length ? b : a), "");
        preview.hidden = !preview.textContent;
      }
      offer.hidden = false;
      offer.addEventListener("click", (event) => {
        if (event.target.closest("[data-draft-restore]")) {
          write(form, values);
          put();
          if (form.hasAttribute("hx-post")) htmx.trigger(form, "autosave");
        } else if (event.target.closest("[data-draft-drop]")) drop();
        else return;
        offer.hidden = true;
        form.querySelector("textarea, input:not([type=hidden]), select")?.focus();
      });
    }).catch(drop);
  };

  const start = (root) => {
    if (person) for (const form of root.querySelectorAll("form[data-draft]:not([data-drafting])")) wire(form);
  };
  // What a creating form sent has arrived when the next page opens signed in and is no error page.
  const arrived = sessionStorage.getItem(SENT);
  if (arrived) {
    sessionStorage.removeItem(SENT);
    if (person && !meta("draft-keep") && !document.querySelector("[data-errors]")) localStorage.removeItem(arrived);
  }
  start(document);
  document.addEventListener("htmx:afterSettle", (event) => start(event.target.getRootNode?.() === document ? document : event.target));
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  });
})();
