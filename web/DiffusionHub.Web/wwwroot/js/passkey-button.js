// The sign-in's button for passkeys: there only where the browser has them.
import { signIn, usable } from "./passkey.js";

customElements.define("passkey-button", class extends HTMLElement {
  connectedCallback() {
    if (!usable()) return;
    this.hidden = false;
    const [button, line] = [this.querySelector("button"), this.querySelector("[role=alert]")];
    button.onclick = async () => {
      button.disabled = true;
      line.textContent = "";
      const said = await signIn(this.dataset.to);
      line.textContent = said === "failed" ? this.dataset.failed : said ?? "";
      button.disabled = false;
    };
  }
});
