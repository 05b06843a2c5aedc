// Before the first paint, so that a chosen theme does not flash the other one. A file of its own: the content security policy forbids inline scripts.
(function () {
  try {
    var chosen = localStorage.getItem("kafkamesh.theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch (refused) {
    // Storage is switched off: the system's theme is used.
  }
})();
