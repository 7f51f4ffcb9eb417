// Comfort only: everything is readable without it.
(function () {
  document.documentElement.classList.add("scripted");
  var contents = document.querySelector(".contents details");
  if (contents && window.matchMedia("(max-width: 69.99rem)").matches) contents.open = false;
  document.addEventListener("click", function (event) {
    if (event.target.id !== "all-code") return;
    var show = event.target.getAttribute("aria-pressed") !== "true";
    document.querySelectorAll("details.code").forEach(function (cell) { cell.open = show; });
    event.target.setAttribute("aria-pressed", String(show));
    event.target.textContent = show ? "Fold all code" : "Show all code";
  });
})();
