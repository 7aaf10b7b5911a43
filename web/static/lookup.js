// From the QR code of a confirmation: number and query code stand behind the #, which no browser sends. They are put into
// the form and taken out of the address at once, so that they stay in no history.
(() => {
  "use strict";
  const [number, code] = location.hash.slice(1).split(".");
  if (!number || !code) return;
  history.replaceState(null, "", location.pathname);
  document.getElementById("case_no").value = number;
  document.getElementById("code").value = code;
})();
