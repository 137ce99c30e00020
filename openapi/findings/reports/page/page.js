"use strict";
// The page is complete without this script, which filters, opens and copies, and opens everything for print.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const findings = all("#findings ~ .finding");
  const filter = document.querySelector(".filter");
  if (filter) {
    const search = filter.querySelector("input[type=search]");
    const boxes = all("input[type=checkbox]", filter);
    const update = () => {
      const text = search.value.trim().toLowerCase();
      const off = boxes.filter((box) => !box.checked).map((box) => box.value);
      let shown = 0;
      for (const finding of findings) {
        finding.hidden = off.includes(finding.dataset.category) || !finding.textContent.toLowerCase().includes(text);
        shown += finding.hidden ? 0 : 1;
      }
      filter.querySelector(".shown").textContent = shown === findings.length ? "" : `${shown} of ${findings.length}`;
    };
    search.addEventListener("input", update);
    boxes.forEach((box) => box.addEventListener("change", update));
    const button = filter.querySelector(".all");
    button.addEventListener("click", () => {
      const open = findings.some((finding) => !finding.open);
      findings.forEach((finding) => { finding.open = open; });
      button.textContent = open ? "Close all" : "Open all";
    });
    filter.hidden = findings.length < 2;
  }
  if (navigator.clipboard) {
    for (const button of all(".copy")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.previousElementSibling.textContent);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
    }
  }
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.matches("details")) target.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();
  addEventListener("beforeprint", () => all("details").forEach((details) => { details.open = true; }));
})();
