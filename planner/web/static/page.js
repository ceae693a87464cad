// What textual.js leaves to the page: where the socket is, the focus, and what to say when it fails.
"use strict";

const terminal = document.getElementById("terminal");
const again = document.getElementById("again");
const state = document.body.classList;

terminal.dataset.sessionWebsocketUrl = location.origin.replace(/^http/, "ws") + "/ws";
again.addEventListener("click", () => location.reload());

addEventListener("error", (event) => {
  if (state.contains("-first-byte")) return;
  const message = document.getElementById("message");
  message.textContent = `The terminal could not start in this browser: ${event.message}`;
  state.add("-failed");
});

// The app takes keys from its first picture on; when it has ended, Enter starts it again.
new MutationObserver(() => {
  if (state.contains("-closed")) {
    terminal.inert = true;
    again.focus();
  } else if (state.contains("-first-byte") && !state.contains("-focused")) {
    state.add("-focused");
    terminal.querySelector("textarea").focus();
  }
}).observe(document.body, { attributeFilter: ["class"] });
