// On narrow screens the controls fold away; on wide ones they are always there.
export const folding = () => {
  const wide = matchMedia("(min-width: 46rem)");
  const put = () => { for (const each of document.querySelectorAll("details.fold")) each.open = wide.matches; };
  wide.addEventListener("change", put);
  put();
};
