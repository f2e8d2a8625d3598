// One place for a picture: chosen, dropped or pasted, and sent to the hub without a detour over the page's live line.
const ofHub = /\/(?:gallery|pictures)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i;

// What the hub says of a body: the picture's reference, or its reason.
export async function send(body) {
  try {
    const answer = await fetch("api/v1/uploads", { method: "POST", body, headers: { "Content-Type": "application/octet-stream" } });
    const said = await answer.json();
    return answer.ok ? { stored: said } : { refusal: said.errors?.picture?.[0] ?? said.detail ?? null };
  } catch {
    return { refusal: null };
  }
}

export function attach(zone, input, page, most, everywhere) {
  const gone = new AbortController();
  const listen = (target, name, act, more) => target.addEventListener(name, act, { signal: gone.signal, ...more });

  const take = async file => {
    if (file.size > most) return page.invokeMethodAsync("TooLarge", file.size);
    await page.invokeMethodAsync("Sending");
    const { stored, refusal } = await send(file);
    await (stored ? page.invokeMethodAsync("Stored", stored.reference, stored.width, stored.height) : page.invokeMethodAsync("Refused", refusal));
  };

  listen(input, "change", () => {
    const [file] = input.files;
    input.value = ""; // the same file may be chosen again
    if (file) take(file);
  });
  // Chosen before the page was live.
  if (input.files.length) input.dispatchEvent(new Event("change"));

  const holds = data => data && [...data.types].some(type => type === "Files" || type === "text/uri-list");
  const over = event => {
    if (!holds(event.dataTransfer) || event.defaultPrevented) return;
    event.preventDefault();
    zone.classList.add("over");
  };
  const drop = event => {
    zone.classList.remove("over");
    if (!holds(event.dataTransfer) || event.defaultPrevented) return;
    event.preventDefault();
    const own = ofHub.exec(event.dataTransfer.getData("text/uri-list"));
    if (own) page.invokeMethodAsync("Dropped", own[1]);
    else if (event.dataTransfer.files.length) take(event.dataTransfer.files[0]);
  };
  for (const target of everywhere ? [zone, document] : [zone]) {
    listen(target, "dragover", over);
    listen(target, "drop", drop);
  }
  listen(everywhere ? document : zone, "dragleave", event => { if (!event.relatedTarget || !zone.contains(event.relatedTarget)) zone.classList.remove("over"); });
  if (everywhere) {
    listen(document, "paste", event => {
      const file = [...event.clipboardData?.files ?? []].find(f => f.type.startsWith("image/"));
      if (!file || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      take(file);
    });
  }

  return { stop: () => gone.abort() };
}
