// Passkeys: the hub asks, the browser signs, the hub checks. Each function answers with what went wrong, in words, or null.
async function post(path, body = {}) {
  const answer = await fetch(`/account/passkeys${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  if (!answer.ok) throw new Error(said.title);
  return said;
}

const signed = async () => (await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(await post("/request")) })).toJSON();

// Whoever closes the browser's own dialog knows that they did.
async function told(act) {
  try {
    await act();
    return null;
  } catch (e) {
    return e.name === "NotAllowedError" || e.name === "AbortError" ? "" : e.name === "InvalidStateError" ? "known" : e.message || "failed";
  }
}

// Browsers know passkeys only where the page cannot be forged, and not of bare addresses.
export const usable = () => isSecureContext && !!globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON && !/^[\d.]+$|:/.test(location.hostname);

export const add = name => told(async () => {
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(await post("/options"));
  const credential = (await navigator.credentials.create({ publicKey: options })).toJSON();
  await post("/", { credential, name });
});

export const prove = () => told(async () => { await post("/prove", { credential: await signed() }); });

export const signIn = to => told(async () => { location.assign((await post("/sign-in", { credential: await signed(), to })).to); });
