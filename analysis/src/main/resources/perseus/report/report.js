
"use strict";
const tip = document.getElementById("tip");
// The texts over points and boxes appear at once, and also when they are touched.
for (const shape of document.querySelectorAll(".tip")) {
  const title = shape.querySelector("title");
  const text = title.textContent;
  title.remove();
  shape.setAttribute("aria-label", text);
  const show = event => {
    tip.textContent = text;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const x = Math.min(event.clientX + 14, document.documentElement.clientWidth - box.width - 6);
    const above = event.clientY - box.height - 12;
    tip.style.left = Math.max(6, x) + "px";
    tip.style.top = (above > 6 ? above : event.clientY + 18) + "px";
  };
  shape.addEventListener("pointerenter", show);
  shape.addEventListener("pointermove", show);
  shape.addEventListener("pointerleave", () => { tip.hidden = true; });
}
addEventListener("scroll", () => { tip.hidden = true; }, { passive: true, capture: true });
for (const button of document.querySelectorAll(".copy")) {
  const command = button.previousElementSibling;
  button.hidden = false;
  button.addEventListener("click", async () => {
    getSelection().selectAllChildren(command);
    try {
      await navigator.clipboard.writeText(command.textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Press Ctrl-C";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}
