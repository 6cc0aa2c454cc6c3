/* A slider writes percent into the field beside it; the field alone is sent. */
(function () {
  "use strict";
  document.addEventListener("input", function (event) {
    var slider = event.target;
    if (slider.dataset.slider) {
      document.getElementById(slider.dataset.slider).value = slider.value + "%";
      return;
    }
    var other = document.querySelector('[data-slider="' + slider.id + '"]');
    var percent = /^±?\s*(\d+(?:\.\d+)?)\s*[%％]$/.exec(slider.value || "");
    if (other && percent) other.value = percent[1];
  });
})();
