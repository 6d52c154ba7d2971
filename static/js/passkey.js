// A button [data-passkey] asks the browser for a passkey (get) or to make one (create) by the options in the form's own
// JSON, puts what comes of it into the form's credential field and sends the form.
const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

function toText(bytes) {
  const signs = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

const keyOf = (told) => ({ ...told, id: toBytes(told.id) });

function asked({ publicKey }) {
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (options.user) options.user = keyOf(options.user);
  for (const list of ["allowCredentials", "excludeCredentials"]) if (options[list]) options[list] = options[list].map(keyOf);
  return { publicKey: options };
}

function told(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  return {
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function use(button) {
  const { form, dataset } = button;
  const options = JSON.parse(form.querySelector('script[type="application/json"]').textContent);
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const credential = dataset.passkey === "create"
      ? await navigator.credentials.create(asked(options.creation_options))
      : await navigator.credentials.get(asked(options.request_options));
    form.elements.credential.value = JSON.stringify(told(credential));
  } catch {
    failed.hidden = false;
    return;
  }
  form.requestSubmit();
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-passkey]");
  if (button) use(button);
});
