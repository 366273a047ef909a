/** Tabs, as the ARIA practices describe them: the arrow keys go from one to the next. */

/** @param {HTMLElement} list  the element with the role tablist; each tab controls a panel */
export function connectTabs(list) {
  const all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role="tab"]')]);

  /** @param {HTMLElement} chosen */
  function show(chosen) {
    for (const tab of all) {
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
      if (panel) panel.hidden = !isChosen;
    }
  }

  for (const tab of all) {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", (event) => {
      const tabs = all.filter((one) => !one.hidden);
      const number = tabs.indexOf(tab);
      const steps = /** @type {Record<string, number>} */ ({
        ArrowRight: 1,
        ArrowLeft: -1,
        Home: -number,
        End: -number - 1,
      });
      const step = steps[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const next = tabs[(number + step + tabs.length) % tabs.length];
      next?.focus();
      if (next) show(next);
    });
  }
}
