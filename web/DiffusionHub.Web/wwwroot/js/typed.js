// What is typed before the page is live would go with the prerendered form: it is kept here until the live one asks for it.
// A classic script: a module would only run once Blazor's own script has.
(() => {
  const typed = {};
  const keep = event => { if (event.target.form && event.target.id) typed[event.target.id] = event.target.value; };
  addEventListener("input", keep, true);
  window.takeTyped = () => { removeEventListener("input", keep, true); return typed; };
})();
