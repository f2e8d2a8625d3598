// A picture laid over the page: keeps the keyboard inside, the page behind it still, until it closes; the wall takes the focus back then.
let box;

function keepInside(event) {
  if (event.key !== "Tab") return;
  const stops = [...box.querySelectorAll("a[href], button:not([disabled])")];
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement === edge || document.activeElement === box && event.shiftKey) {
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  }
}

export function open(element) {
  box = element;
  box.addEventListener("keydown", keepInside);
  document.documentElement.style.overflow = "hidden";
  box.focus();
}

export function close() {
  document.documentElement.style.overflow = "";
}
