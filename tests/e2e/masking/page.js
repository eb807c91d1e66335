document.getElementById("typed").value = "CANARY-typed";
const root = document.getElementById("host").attachShadow({ mode: "open" });
root.innerHTML = '<p data-docent-mask>CANARY-shadow</p><input value="CANARY-shadow-input">';
