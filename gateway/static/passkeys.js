// A form with data-passkey is filled in by the authenticator of the browser, and then sent as any other.
"use strict";

const Passkey = window.PublicKeyCredential;

async function answer(form) {
  const options = JSON.parse(form.dataset.options);
  if (form.dataset.passkey === "make") {
    return navigator.credentials.create({ publicKey: Passkey.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: Passkey.parseRequestOptionsFromJSON(options) });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!Passkey || !Passkey.parseCreationOptionsFromJSON) break;
  form.hidden = false;
  document.querySelector("[data-no-passkey]").hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      form.elements.credential.value = JSON.stringify(await answer(form));
      form.submit();
    } catch {
      form.querySelector("[role=alert]").hidden = false;
    }
  });
}
