(() => {
  const all = [...document.querySelectorAll("[data-find]")], aside = [...document.querySelectorAll("[data-aside]")];
  const field = document.createElement("input");
  field.type = "search"; field.className = "find"; field.placeholder = "查找（姓名、编号、关键词）"; field.setAttribute("aria-label", "查找");
  const count = document.createElement("span"); count.className = "note screen";
  document.querySelector("main").prepend(field, " ", count);
  const look = () => {
    const words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let seen = 0;
    for (const one of all) {
      const group = one.closest("[data-group]");
      let said = (group ? group.dataset.group + " " : "") + one.dataset.find + " " + one.textContent;
      for (const quiet of one.querySelectorAll("[data-quiet]")) said = said.replace(quiet.textContent, "");
      said = said.toLowerCase();
      one.hidden = !words.every(word => said.includes(word));
      seen += !one.hidden;
    }
    for (const one of document.querySelectorAll("[data-group]")) one.hidden = !one.querySelector("[data-find]:not([hidden])");
    for (const one of document.querySelectorAll("[data-of]")) {
      const led = document.getElementById(decodeURIComponent(one.querySelector("a").hash.slice(1)));
      one.hidden = !!led && led.hidden;
    }
    for (const one of aside) one.hidden = words.length > 0;
    count.textContent = words.length ? "找到 " + seen + " 项" : "";
  };
  field.addEventListener("input", look);
  addEventListener("hashchange", () => {
    const led = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (led && led.closest("[hidden]")) { field.value = ""; look(); led.scrollIntoView(); }
  });
})();
