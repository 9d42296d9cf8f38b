// A link to what is shown.
import { found } from "./elements.js";
import { say } from "./messages.js";

export const sharing = playground => {
  found("share").addEventListener("click", async () => {
    if (playground.playing) await playground.play();
    else playground.address();
    try {
      await navigator.clipboard.writeText(location.href);
      say("The link is copied; what follows its # is the state.");
    } catch {
      say("The browser doesn't let pages copy; the link is in the address bar.");
    }
  });
  // A link edited by hand, or another one pasted.
  addEventListener("hashchange", () => playground.open());
};
