// Painting a mask: white is made anew. Each thing done is kept, so that undo is to draw all but the last again.
import { send } from "./picture.js";

const largest = 2048; // The hub scales a mask to its picture: more points would only be slower.

const load = address => new Promise((done, failed) => {
  const image = new Image();
  image.onload = () => done(image);
  image.onerror = failed;
  image.src = address;
});

// Bright is paint, dark is none.
function asPaint(image, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, width, height);
  const data = context.getImageData(0, 0, width, height);
  for (let i = 0; i < data.data.length; i += 4) data.data[i + 3] = (data.data[i] * 54 + data.data[i + 1] * 183 + data.data[i + 2] * 19) * data.data[i + 3] / 65280;
  context.putImageData(data, 0, 0);
  return canvas;
}

async function painted(canvas) {
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const data = context.getImageData(0, 0, width, height).data;
  let any = false;
  for (let i = 3; i < data.length && !any; i += 4) any = data[i] > 0;
  if (!any) return null;
  context.globalCompositeOperation = "source-in";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, height);
  return copy.convertToBlob({ type: "image/png" });
}

export async function open(dialog, pictureAddress, maskAddress, page) {
  const gone = new AbortController();
  const listen = (target, name, act) => target.addEventListener(name, act, { signal: gone.signal });
  const find = what => dialog.querySelector(what);
  const [sheet, canvas, ring, size] = [find(".sheet"), find("canvas"), find(".ring"), find("[data-size]")];
  const context = canvas.getContext("2d");
  const colour = getComputedStyle(dialog).getPropertyValue("--accent");
  const done = [];
  let tool = "brush", stroke = null;

  const show = find("img");
  show.src = pictureAddress;
  listen(dialog, "close", () => gone.abort());
  dialog.showModal();
  const picture = await load(pictureAddress).catch(() => null);
  if (!picture) return page.invokeMethodAsync("Refused", null);
  const scale = Math.min(1, largest / Math.max(picture.naturalWidth, picture.naturalHeight));
  const width = canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
  const height = canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
  sheet.style.setProperty("--wide", width);
  sheet.style.setProperty("--high", height);

  const line = ({ erase, points, thick }, from = 0) => {
    context.globalCompositeOperation = erase ? "destination-out" : "source-over";
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = thick;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(...points[from]);
    for (const point of points.slice(from)) context.lineTo(...point);
    context.stroke();
  };
  const draw = act => {
    if (act.points) return line(act);
    context.globalCompositeOperation = "source-over";
    context.fillStyle = colour;
    if (act.image) {
      context.clearRect(0, 0, width, height);
      context.drawImage(act.image, 0, 0);
      context.globalCompositeOperation = "source-in";
      context.fillRect(0, 0, width, height);
    } else if (act.rectangle) {
      context.clearRect(0, 0, width, height);
      if (act.outside) context.fillRect(0, 0, width, height);
      act.outside ? context.clearRect(...act.rectangle) : context.fillRect(...act.rectangle);
    } else context.clearRect(0, 0, width, height);
  };
  const add = act => { done.push(act); draw(act); };
  const undo = () => {
    done.pop();
    context.clearRect(0, 0, width, height);
    done.forEach(draw);
  };
  const choose = name => {
    tool = name;
    for (const one of ["brush", "eraser"]) find(`[data-do=${one}]`).setAttribute("aria-pressed", String(one === tool));
  };
  const rectangle = outside => {
    const [left, top, wide, high] = ["left", "top", "width", "height"].map(side => Math.min(100, Math.max(0, Number(find(`[data-side=${side}]`).value) || 0)) / 100);
    add({ rectangle: [left * width, top * height, wide * width, high * height].map(Math.round), outside });
  };
  const finish = async () => {
    await page.invokeMethodAsync("Sending");
    const mask = await painted(canvas);
    if (!mask) await page.invokeMethodAsync("Emptied");
    else {
      const { stored, refusal } = await send(mask);
      if (!stored) return page.invokeMethodAsync("Refused", refusal);
      await page.invokeMethodAsync("Stored", stored.reference, stored.width, stored.height);
    }
    dialog.close();
  };
  const doings = {
    brush: () => choose("brush"), eraser: () => choose("eraser"), undo, clear: () => add({}), done: finish, cancel: () => dialog.close(),
    inside: () => rectangle(false), outside: () => rectangle(true),
  };

  const place = event => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * width / box.width, (event.clientY - box.top) * height / box.height];
  };
  const thick = () => Math.max(1, Math.min(width, height) * size.value / 100);
  const follow = event => {
    const box = canvas.getBoundingClientRect();
    const across = thick() * box.width / width;
    Object.assign(ring.style, { left: `${event.clientX - box.left}px`, top: `${event.clientY - box.top}px`, width: `${across}px`, height: `${across}px` });
    ring.hidden = false;
  };
  listen(canvas, "pointerdown", event => {
    if (event.button > 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke = { erase: tool === "eraser" || event.buttons === 32, points: [place(event)], thick: thick() };
    done.push(stroke);
    follow(event);
    line(stroke);
  });
  listen(canvas, "pointermove", event => {
    follow(event);
    if (!stroke) return;
    const from = stroke.points.length - 1;
    for (const one of event.getCoalescedEvents?.() ?? [event]) stroke.points.push(place(one));
    if (stroke.points.length > from + 1) line(stroke, from);
  });
  for (const name of ["pointerup", "pointercancel"]) listen(canvas, name, () => { stroke = null; });
  listen(canvas, "pointerleave", () => { ring.hidden = true; });
  listen(dialog, "click", event => doings[event.target.closest("[data-do]")?.dataset.do]?.());
  listen(dialog, "keydown", event => {
    if (event.target.matches("input:not([type=range])")) return;
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) undo();
    else if (event.key === "b") choose("brush");
    else if (event.key === "e") choose("eraser");
    else if (event.key === "[") size.stepDown(2);
    else if (event.key === "]") size.stepUp(2);
    else return;
    event.preventDefault();
  });
  listen(find("[data-file]"), "change", async event => {
    const [file] = event.target.files;
    if (!file) return;
    const address = URL.createObjectURL(file);
    const image = await load(address).catch(() => null);
    URL.revokeObjectURL(address);
    event.target.value = "";
    image ? add({ image: asPaint(image, width, height) }) : page.invokeMethodAsync("Refused", null);
  });
  if (maskAddress) {
    const mask = await load(maskAddress).catch(() => null);
    if (mask) add({ image: asPaint(mask, width, height) });
  }
  dialog.dataset.ready = "true";
}
