window.stillHere = true;
window.holdBack = () => addEventListener("beforeunload", (event) => event.preventDefault());
