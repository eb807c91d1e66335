// The demo shop's bot. It greets, answers from the FAQ, shows where to buy, remembers names, and knows when to ask a human.
const BUY = "//button[@id='buy']";
const DAYS = 24 * 60;
const NAME = /\b(?:[Mm]y name is|[Cc]all me|[Jj]eg heter|I am|I'm)\s+(\p{Lu}[\p{L}'-]*)/u;
const HELP = "You can ask me about delivery, returns and vouchers, or where to buy. Say “human” for one of us.";

function onSessionCreated(e) {
  const name = BotUserSession.get("name");
  const greeting = name ? `Welcome back, ${name}!` : "Hello, I am Lun’s bot. What is your name?";
  addChatMessage(e.chatSession.id, `${greeting} ${HELP}`, 1, e.chatTopic.botName);
}

async function onMessageReceived(e) {
  const said = e.message.text.trim();
  const [, name] = NAME.exec(said) ?? [];
  if (/\b(human|person|menneske)\b/i.test(said)) {
    print("One moment, I am asking a human.");
    resetChat(e.chatSession.id);
  } else if (name) {
    BotUserSession.put("name", name, 30 * DAYS);
    print(`Nice to meet you, ${name}.`);
  } else if (/\b(buy|order|kjøpe)\b/i.test(said)) {
    await showWhereToBuy();
  } else {
    const found = searchFaq(said);
    print(found ? found.answer : `I do not know that. ${HELP}`);
  }
}

async function showWhereToBuy() {
  const point = () => visitor.command("highlightDom", { selector: BUY, label: "Buy it here" });
  let answer = await point();
  if (answer.status === "error|invalidSelector") {
    print("The button is on our first page. Shall we go there?");
    const moved = await visitor.command("navigateTo", { url: "index.html" });
    if (moved.status !== "success") return print("Then we stay here.");
    answer = await point();
  }
  console.log(`the button to buy: ${answer.status}`);
  print(answer.status === "success" ? "There it is: I have marked the button." : "I cannot find the button.");
}

function onSessionChanged(e) {
  console.log(`status ${e.status.old} became ${e.status.new}`);
}

function onError(error, e) {
  print("Something went wrong here. I am asking a human.");
  resetChat(e.chatSession.id);
}
