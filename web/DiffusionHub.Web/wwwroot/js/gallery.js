// Endless scroll: asks the page for more while the end of the wall is near, and only then.
let observer;

export function watchEnd(end, page) {
  let near = false, busy = false;
  const fill = async () => {
    if (busy) return;
    busy = true;
    while (near && await page.invokeMethodAsync("LoadMoreAsync")) await new Promise(requestAnimationFrame);
    busy = false;
  };
  observer = new IntersectionObserver(entries => { near = entries.at(-1).isIntersecting; if (near) fill(); }, { rootMargin: "800px" });
  observer.observe(end);
}

// Back from a picture's detail: the keyboard goes on at that picture, or at the top where the wall does not reach it yet.
export function focusPicture(id) { (document.querySelector(`[data-picture="${id}"]`) ?? document.querySelector("h1"))?.focus(); }

export function stop() { observer?.disconnect(); }
