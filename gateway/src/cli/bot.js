// NAME: answers visitors. Each event calls one function; what shall last goes into variables.
// Try it on one conversation: docent bot run NAME --conversation latest

function onSessionCreated(e) {
  addChatMessage(e.chatSession.id, "Hello! Say 'human' to talk to one of us.", 1, e.chatTopic.botName);
}

async function onMessageReceived(e) {
  if (/\bhuman\b/i.test(e.message.text)) {
    print("One moment, please.");
    resetChat(e.chatSession.id);
    return;
  }
  const count = (BotUserSession.get("count") ?? 0) + 1;
  BotUserSession.put("count", count, 60);
  print(`You said “${e.message.text}”. That is message ${count}.`);
}

function onSessionChanged(e) {
  console.log(`status ${e.status.old} became ${e.status.new}`);
}

// After an exception anywhere above: the visitor is not left alone.
function onError(error, e) {
  resetChat(e.chatSession.id);
}
