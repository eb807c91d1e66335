// A bot that fails when it is told to, and then leaves the visitor to humans.
function onMessageReceived(e) {
  console.log(`heard ${e.message.text.length} characters`);
  if (e.message.text === "fail") nothing.here();
  print("Fine.");
}

function onError(error, e) {
  print(`I failed at ${error.place}.`);
  resetChat(e.chatSession.id);
}
