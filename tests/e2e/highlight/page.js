window.clicks = 0;
document.getElementById("buy").addEventListener("click", () => clicks++);
