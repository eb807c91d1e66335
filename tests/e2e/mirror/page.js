let count = 0;
document.getElementById("add").addEventListener("click", () => {
  const line = document.createElement("p");
  line.textContent = `Line ${(count += 1)}`;
  document.getElementById("lines").append(line);
});
