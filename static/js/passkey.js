// Forms with data-passkey="create" or "get": the browser asks the device for a passkey, and what it says is sent as the
// hidden field "credential". The question is in data-passkey-options, or comes from the form's own address.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join(""))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async ({ publicKey }, alone) => {
    const authenticatorSelection = { ...publicKey.authenticatorSelection };
    if (alone) Object.assign(authenticatorSelection, { residentKey: "required", requireResidentKey: true, userVerification: "required" });
    const made = await navigator.credentials.create({ publicKey: {
      ...publicKey, authenticatorSelection, challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) }, excludeCredentials: named(publicKey.excludeCredentials),
    } });
    const { clientDataJSON, attestationObject } = made.response;
    return told(made, {
      clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject),
      transports: made.response.getTransports?.() || [],
    });
  };
  const get = async ({ publicKey }) => {
    const given = await navigator.credentials.get({ publicKey: {
      ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: named(publicKey.allowCredentials),
    } });
    const { clientDataJSON, authenticatorData, signature, userHandle } = given.response;
    return told(given, {
      clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    });
  };
  const told = (passkey, response) => JSON.stringify({
    id: passkey.id, rawId: text(passkey.rawId), type: passkey.type, response,
    authenticatorAttachment: passkey.authenticatorAttachment, clientExtensionResults: passkey.getClientExtensionResults(),
  });

  const known = window.PublicKeyCredential && window.isSecureContext && !/^[\d.]+$|:/.test(location.hostname);
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const said = form.querySelector("[data-passkey-said]"), button = form.querySelector("button");
    const creates = form.dataset.passkey === "create";
    if (!known) {
      if (creates) { said.textContent = said.dataset.unknown; button.disabled = true; }
      continue;
    }
    form.hidden = false;
    for (const line of document.querySelectorAll("[data-with-passkey]")) line.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      said.textContent = said.dataset.waiting;
      try {
        const options = form.dataset.passkeyOptions ? JSON.parse(form.dataset.passkeyOptions)
          : (await (await fetch(form.action, { headers: { Accept: "application/json" } })).json()).request_options;
        form.elements.credential.value = await (creates ? create(options, form.elements.passwordless?.checked) : get(options));
        form.submit();
      } catch {
        said.textContent = said.dataset.failed;
        button.disabled = false;
      }
    });
  }
})();
