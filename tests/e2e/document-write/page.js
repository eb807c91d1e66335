document.write('<script async src="{{gateway}}/docent.js" data-site-key="{{site}}"></' + "script>");
window.rewrite = () => {
  document.open();
  document.write("<!doctype html><title>Anew</title><h1>Written anew</h1>");
  document.close();
};
