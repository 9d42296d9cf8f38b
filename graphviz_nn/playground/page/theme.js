// Light or dark: as the system says, until the button says otherwise.
import { found } from "./elements.js";
import { forget } from "./palette.js";

export const theming = playground => {
  const system = matchMedia("(prefers-color-scheme: dark)"), root = document.documentElement, switcher = found("theme");
  let chosen = null;
  const show = () => {
    root.dataset.theme = chosen ?? (system.matches ? "dark" : "light");
    switcher.setAttribute("aria-pressed", root.dataset.theme === "dark");
    forget();
    playground.tell("theme");
  };
  system.addEventListener("change", show);
  switcher.addEventListener("click", () => {
    chosen = root.dataset.theme === "dark" ? "light" : "dark";
    show();
  });
  show();
};
