// When the node that held this page is gone for good, a fresh page shows everything again: it all lies in the database.
const notice = document.getElementById("components-reconnect-modal");
new MutationObserver(() => { if (notice.classList.contains("components-reconnect-rejected")) location.reload(); })
  .observe(notice, { attributeFilter: ["class"] });
