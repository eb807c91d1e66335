//! Chat sessions on a channel: forms, FAQ, queue, agents, end.

use crate::support;
use crate::support::{Gateway, SECRET, SITE, Socket, Visitor, claims, message, problem};
use docent_gateway::config::{Draft, Secret};
use docent_protocol::event::Role;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const CHANNEL: &str = r#"
[[channel]]
id = 7
name = "support"
faq = { threshold = 0.5 }
[[channel.pre_chat]]
name = "name"
required = true
[[channel.pre_chat]]
name = "email"
[[channel.offline]]
name = "message"
required = true
[[channel.post_chat]]
name = "rating"
"#;

async fn start(channel: &str) -> (Gateway, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let sites = support::SITES.replacen("key = \"demo\"", "key = \"demo\"\nchannel = \"support\"", 1);
    let draft = Draft::parse(&format!("{sites}{channel}")).expect("a configuration");
    let mut config = draft.with_secret(Secret::new(SECRET.to_owned()).expect("a secret"));
    config.data_dir = dir.path().to_owned();
    let gateway = Gateway::start_with(config).await;
    (gateway, dir)
}

fn agent(gateway: &Gateway, name: &str) -> String {
    gateway.token(&claims(Role::Agent, SITE, name))
}

async fn available(gateway: &Gateway, name: &str, available: bool) -> Value {
    let request = gateway.request(Method::PUT, "/presence", &agent(gateway, name));
    let response = request.json(&json!({"available": available})).send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    response.json().await.expect("JSON")
}

async fn ask(gateway: &Gateway, visitor: &Visitor, what: &str, token: &str, body: Value) -> Value {
    let path = format!("/conversation/{}/session/{what}", visitor.id);
    let response = gateway.post(&path, token, &body).await;
    let status = response.status();
    let answered: Value = response.json().await.expect("JSON");
    assert_eq!(status, 200, "{answered}");
    answered
}

async fn refused(gateway: &Gateway, visitor: &Visitor, what: &str, token: &str, body: Value, status: u16) -> Value {
    let path = format!("/conversation/{}/session/{what}", visitor.id);
    problem(gateway.post(&path, token, &body).await, status).await
}

async fn form(gateway: &Gateway, visitor: &Visitor, form: &str, fields: Value) -> Value {
    ask(gateway, visitor, "form", &visitor.token, json!({"form": form, "fields": fields})).await
}

async fn shown(gateway: &Gateway, visitor: &Visitor) -> Value {
    let path = format!("/conversation/{}/session", visitor.id);
    gateway.get(&path, &visitor.token).await.json().await.expect("JSON")
}

/// The next event of this type.
async fn next(socket: &mut Socket, data_type: &str) -> Value {
    loop {
        let frame = socket.frame().await;
        if frame["dataType"] == data_type {
            return frame;
        }
    }
}

#[tokio::test]
async fn form_then_faq_then_queue_then_agent_then_rating() {
    let (gateway, _dir) = start(CHANNEL).await;
    available(&gateway, "ada", true).await;
    let entry = json!({"question": "How do I return a product?", "answer": "Within 30 days."});
    assert_eq!(gateway.post("/faq", &agent(&gateway, "ada"), &entry).await.status(), 201);

    let visitor = gateway.visitor().await;
    assert_eq!(visitor.body["session"], json!({"status": 1, "name": "PreChatForm"}));
    let mut page = gateway.socket(&visitor.id, &visitor.token).await;
    let hello = page.frame().await;
    assert_eq!(hello["hello"]["session"]["name"], "PreChatForm");
    assert_eq!(
        hello["hello"]["site"]["channel"]["preChat"][0],
        json!({"name": "name", "kind": "text", "required": true, "max": 200})
    );

    let early = format!("/conversation/{}/Data", visitor.id);
    let told = problem(gateway.post(&early, &visitor.token, &message("hi")).await, 409).await;
    assert!(told["detail"].as_str().expect("text").contains("PreChatForm"), "{told}");
    let missing = json!({"form": "preChat", "fields": {"name": " "}});
    assert_eq!(refused(&gateway, &visitor, "form", &visitor.token, missing, 400).await["field"], "fields.name");
    let wrong = json!({"form": "preChat", "fields": {"name": "Kari", "email": "kari"}});
    assert_eq!(refused(&gateway, &visitor, "form", &visitor.token, wrong, 400).await["field"], "fields.email");
    assert_eq!(form(&gateway, &visitor, "preChat", json!({"name": "Kari"})).await["name"], "Faq");
    assert_eq!(next(&mut page, "session").await["data"]["new"]["name"], "Faq");

    gateway.say(&visitor.id, &visitor.token, &message("can I return products?")).await;
    let answer = loop {
        let message = next(&mut page, "message").await;
        if message["from"]["role"] == "bot" {
            break message;
        }
    };
    assert_eq!(answer["data"]["text"], "Within 30 days.");
    assert_eq!(answer["data"]["faq"]["question"], "How do I return a product?");
    let queued = ask(&gateway, &visitor, "faq", &visitor.token, json!({"helped": false})).await;
    assert_eq!((&queued["name"], &queued["queuePosition"]), (&json!("InQueue"), &json!(1)));

    let taken = ask(&gateway, &visitor, "pickup", &agent(&gateway, "ada"), json!({})).await;
    assert_eq!((&taken["user"], &taken["customerName"]), (&json!("ada"), &json!("Kari")));
    refused(&gateway, &visitor, "pickup", &agent(&gateway, "bob"), json!({}), 409).await;
    gateway.say(&visitor.id, &agent(&gateway, "ada"), &message("hello Kari")).await;
    assert_eq!(shown(&gateway, &visitor).await, json!({"status": 6, "name": "UserLast", "user": "ada"}));
    gateway.say(&visitor.id, &visitor.token, &message("hello")).await;
    assert_eq!(shown(&gateway, &visitor).await["name"], "CustomerLast");

    let end = format!("/conversation/{}/end", visitor.id);
    assert_eq!(gateway.post(&end, &agent(&gateway, "ada"), &json!({})).await.status(), 202);
    assert_eq!(shown(&gateway, &visitor).await["name"], "Finished");
    let wrong = json!({"form": "postChat", "fields": {"rating": 6}});
    assert_eq!(refused(&gateway, &visitor, "form", &visitor.token, wrong, 400).await["field"], "fields.rating");
    assert_eq!(form(&gateway, &visitor, "postChat", json!({"rating": 5})).await["name"], "Closed");
    let path = "/api/v1/Agents/Chat/GetChatSessionEntity";
    let entity: Value =
        gateway.post(path, &gateway.agent(), &json!({"ChatSessionId": 1})).await.json().await.expect("JSON");
    assert_eq!((&entity["Rating"], &entity["CustomerName"]), (&json!(5), &json!("Kari")));
    assert_eq!((&entity["TopicId"], &entity["User"]), (&json!(7), &json!({"Name": "ada"})));
}

#[tokio::test]
async fn yes_in_the_faq_ends_well() {
    let (gateway, _dir) = start(CHANNEL).await;
    available(&gateway, "ada", true).await;
    let visitor = gateway.visitor().await;
    form(&gateway, &visitor, "preChat", json!({"name": "Kari"})).await;
    let done = ask(&gateway, &visitor, "faq", &visitor.token, json!({"helped": true})).await;
    assert_eq!(done["name"], "Finished");
    refused(&gateway, &visitor, "faq", &visitor.token, json!({"helped": true}), 409).await;
}

#[tokio::test]
async fn a_question_without_an_answer_goes_to_the_queue() {
    let (gateway, _dir) = start(CHANNEL).await;
    available(&gateway, "ada", true).await;
    let visitor = gateway.visitor().await;
    let mut page = gateway.socket(&visitor.id, &visitor.token).await;
    form(&gateway, &visitor, "preChat", json!({"name": "Kari"})).await;
    gateway.say(&visitor.id, &visitor.token, &message("quantum chromodynamics")).await;
    loop {
        if next(&mut page, "session").await["data"]["new"]["name"] == "InQueue" {
            break;
        }
    }
}

#[tokio::test]
async fn where_nobody_is_there_a_request_is_left() {
    let (gateway, _dir) = start(CHANNEL).await;
    available(&gateway, "ada", true).await;
    available(&gateway, "ada", false).await;
    let visitor = gateway.visitor().await;
    form(&gateway, &visitor, "preChat", json!({"name": "Kari"})).await;
    let offline = ask(&gateway, &visitor, "faq", &visitor.token, json!({"helped": false})).await;
    assert_eq!(offline["name"], "OfflineForm");
    assert_eq!(form(&gateway, &visitor, "offline", json!({"message": "Call me"})).await["name"], "RequestPosted");
    let log = gateway.log(&visitor.id).await;
    let posted = log.iter().find(|event| event["dataType"] == "message").expect("the request");
    assert_eq!((&posted["data"]["text"], &posted["from"]["role"]), (&json!("Call me"), &json!("visitor")));
    let lists: Value = gateway.get("/sessions", &agent(&gateway, "ada")).await.json().await.expect("JSON");
    assert_eq!(lists["requests"][0]["forms"]["offline"]["message"], "Call me");
}

const QUEUE: &str = "[[channel]]\nid = 7\nname = \"support\"\n";

#[tokio::test]
async fn places_in_the_queue_are_told_as_they_change() {
    let (gateway, _dir) = start(QUEUE).await;
    let (first, second) = (gateway.visitor().await, gateway.visitor().await);
    let mut page = gateway.socket(&second.id, &second.token).await;
    assert_eq!(page.frame().await["hello"]["session"]["queuePosition"], 2);
    let lists: Value = gateway.get("/sessions", &gateway.agent()).await.json().await.expect("JSON");
    assert_eq!(lists["queue"].as_array().map(Vec::len), Some(2));
    assert!(lists["queue"][1]["waitingSeconds"].is_u64());
    ask(&gateway, &first, "pickup", &gateway.agent(), json!({})).await;
    loop {
        if next(&mut page, "session").await["data"]["queuePosition"] == 1 {
            break;
        }
    }
}

#[tokio::test]
async fn a_session_is_transferred() {
    let (gateway, _dir) = start(QUEUE).await;
    let visitor = gateway.visitor().await;
    let (ada, bob) = (agent(&gateway, "ada"), agent(&gateway, "bob"));
    ask(&gateway, &visitor, "pickup", &ada, json!({})).await;
    let to = json!({"to": "ada"});
    assert_eq!(refused(&gateway, &visitor, "transfer", &ada, to, 400).await["field"], "to");
    refused(&gateway, &visitor, "transfer", &bob, json!({"to": "eve"}), 409).await;
    refused(&gateway, &visitor, "accept", &bob, json!({}), 409).await;
    let offered = ask(&gateway, &visitor, "transfer", &ada, json!({"to": "bob"})).await;
    assert_eq!((&offered["user"], &offered["transferTo"]), (&json!("ada"), &json!("bob")));
    assert_eq!(ask(&gateway, &visitor, "reject", &bob, json!({})).await["transferTo"], Value::Null);
    ask(&gateway, &visitor, "transfer", &ada, json!({"to": "bob"})).await;
    assert_eq!(ask(&gateway, &visitor, "accept", &bob, json!({})).await["user"], "bob");
    refused(&gateway, &visitor, "pickup", &visitor.token, json!({}), 403).await;
}

#[tokio::test]
async fn a_bots_word_skips_the_form_and_a_hand_off_goes_to_humans() {
    let (gateway, _dir) = start(&CHANNEL.replace("id = 7", "id = 7\nbot = \"Echo\"")).await;
    let visitor = gateway.visitor().await;
    assert_eq!(visitor.body["session"]["name"], "PreChatForm");
    gateway.say(&visitor.id, &gateway.bot(), &message("Welcome human.")).await;
    assert_eq!(shown(&gateway, &visitor).await["name"], "UserLast");
    assert_eq!(ask(&gateway, &visitor, "handoff", &gateway.bot(), json!({})).await["name"], "OfflineForm");
    gateway.say(&visitor.id, &gateway.bot(), &message("Still here")).await;
    assert_eq!(shown(&gateway, &visitor).await["name"], "OfflineForm", "a bot that handed off moves nothing");
}

#[tokio::test]
async fn the_first_event_tells_that_the_session_began() {
    let (gateway, _dir) = start(QUEUE).await;
    let visitor = gateway.visitor().await;
    let log = gateway.log(&visitor.id).await;
    assert_eq!(log[0]["data"], json!({"old": null, "new": {"status": 4, "name": "InQueue"}}));
}

#[tokio::test]
async fn a_finished_chat_is_taken_up_again_by_a_message() {
    let (gateway, _dir) = start(&format!("{QUEUE}[[channel.post_chat]]\nname = \"rating\"\n")).await;
    let visitor = gateway.visitor().await;
    ask(&gateway, &visitor, "pickup", &gateway.agent(), json!({})).await;
    assert_eq!(ask(&gateway, &visitor, "leave", &visitor.token, json!({})).await["name"], "Finished");
    gateway.say(&visitor.id, &visitor.token, &message("one more thing")).await;
    assert_eq!(shown(&gateway, &visitor).await, json!({"status": 5, "name": "CustomerLast", "user": "ada"}));
}

#[tokio::test]
async fn what_was_said_can_be_downloaded() {
    let (gateway, _dir) = start(QUEUE).await;
    let visitor = gateway.visitor().await;
    gateway.say(&visitor.id, &visitor.token, &message("hello <there>")).await;
    gateway.say(&visitor.id, &gateway.agent(), &message("hi")).await;
    let response = gateway.get(&format!("/conversation/{}/transcript", visitor.id), &visitor.token).await;
    assert!(response.headers()["content-disposition"].to_str().expect("text").starts_with("attachment"));
    let text = response.text().await.expect("text");
    assert!(text.contains("] visitor: hello <there>\n") && text.contains("] ada: hi\n"), "{text}");
    let other = gateway.visitor().await;
    problem(gateway.get(&format!("/conversation/{}/transcript", visitor.id), &other.token).await, 403).await;
}

#[tokio::test]
async fn the_faq_is_edited_by_agents() {
    let (gateway, _dir) = start(CHANNEL).await;
    let ada = agent(&gateway, "ada");
    let entry = json!({"question": "Hva koster frakt?", "answer": "49 kr", "language": "nb"});
    let added: Value = gateway.post("/faq", &ada, &entry).await.json().await.expect("JSON");
    let path = format!("/faq/{}", added["id"]);
    let changed = json!({"question": "Hva koster frakten?", "answer": "39 kr", "language": "nb"});
    let response = gateway.request(Method::PUT, &path, &ada).json(&changed).send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    let list: Value = gateway.get("/faq", &ada).await.json().await.expect("JSON");
    assert_eq!(list["entries"][0]["answer"], "39 kr");
    let blank = json!({"question": " ", "answer": "x"});
    assert_eq!(problem(gateway.post("/faq", &ada, &blank).await, 400).await["field"], "question");
    let visitor = gateway.visitor().await;
    problem(gateway.get("/faq", &visitor.token).await, 403).await;
    let delete = async || gateway.request(Method::DELETE, &path, &ada).send().await.expect("an answer").status();
    assert_eq!((delete().await.as_u16(), delete().await.as_u16()), (204, 404));
}

#[tokio::test]
async fn agents_are_available_while_they_say_so() {
    let (gateway, _dir) = start(QUEUE).await;
    assert_eq!(available(&gateway, "bob", true).await, json!({"available": true, "agents": ["bob"]}));
    assert_eq!(available(&gateway, "ada", true).await["agents"], json!(["ada", "bob"]));
    assert_eq!(available(&gateway, "bob", false).await, json!({"available": false, "agents": ["ada"]}));
    let visitor = gateway.visitor().await;
    problem(gateway.get("/presence", &visitor.token).await, 403).await;
}

#[tokio::test]
async fn silence_closes_a_session() {
    let dir = tempfile::tempdir().expect("a directory");
    let sites = support::SITES.replacen("key = \"demo\"", "key = \"demo\"\nchannel = \"support\"", 1);
    let draft = Draft::parse(&format!("{sites}{QUEUE}idle_minutes = 5\n")).expect("a configuration");
    let mut config = draft.with_secret(Secret::new(SECRET.to_owned()).expect("a secret"));
    config.data_dir = dir.path().to_owned();
    let state = docent_gateway::app::AppState::open(config).expect("opens");
    let site = docent_gateway::config::SiteKey::new(SITE);
    let id = docent_gateway::conversation::ConversationId::random().expect("randomness");
    let sessions = state.sessions();
    sessions.begin(id, site.clone()).await.expect("begun");
    let now = jiff::Timestamp::now();
    sessions.let_go(&site, now + Duration::from_secs(299)).await.expect("looked");
    assert_eq!(sessions.find(id).await.expect("there").status.name(), "InQueue");
    sessions.let_go(&site, now + Duration::from_secs(301)).await.expect("looked");
    assert_eq!(sessions.find(id).await.expect("there").status.name(), "ClosedFromQueue");
}

#[tokio::test]
async fn whoever_speaks_is_not_silent() {
    let dir = tempfile::tempdir().expect("a directory");
    let sites = support::SITES.replacen("key = \"demo\"", "key = \"demo\"\nchannel = \"support\"", 1);
    let draft = Draft::parse(&format!("{sites}{QUEUE}idle_minutes = 5\n")).expect("a configuration");
    let mut config = draft.with_secret(Secret::new(SECRET.to_owned()).expect("a secret"));
    config.data_dir = dir.path().to_owned();
    let state = docent_gateway::app::AppState::open(config).expect("opens");
    let (sessions, site) = (state.sessions(), docent_gateway::config::SiteKey::new(SITE));
    let ids = [(); 2].map(|()| docent_gateway::conversation::ConversationId::random().expect("randomness"));
    for id in ids {
        sessions.begin(id, site.clone()).await.expect("begun");
    }
    let begun = jiff::Timestamp::now();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let data = serde_json::Map::from_iter([("text".to_owned(), json!("hi"))]);
    let said = docent_gateway::session::ChatMessage { role: Role::Visitor, author: None, data };
    sessions.add_message(ids[0], said).await.expect("said");
    sessions.let_go(&site, begun + Duration::from_millis(300_500)).await.expect("looked");
    let status = async |id| sessions.find(id).await.expect("there").status.name();
    assert_eq!((status(ids[0]).await, status(ids[1]).await), ("InQueue", "ClosedFromQueue"));
}

const BOT: &str = "[[channel]]\nid = 7\nname = \"support\"\nbot = \"Echo\"\n";

/// An active bot's sessions are not shown in the queue, and never wait for the offline form.
#[tokio::test]
async fn a_bots_session_is_not_in_the_queue_and_needs_no_human() {
    let (gateway, _dir) = start(&format!("{BOT}[[channel.offline]]\nname = \"message\"\n")).await;
    let visitor = gateway.visitor().await;
    assert_eq!(shown(&gateway, &visitor).await, json!({"status": 4, "name": "InQueue"}));
    let lists = async || -> Value { gateway.get("/sessions", &gateway.agent()).await.json().await.expect("JSON") };
    assert_eq!(lists().await["queue"], json!([]));
    assert_eq!(ask(&gateway, &visitor, "handoff", &gateway.bot(), json!({})).await["name"], "OfflineForm");
    available(&gateway, "ada", true).await;
    let served = gateway.visitor().await;
    let queued = ask(&gateway, &served, "handoff", &gateway.bot(), json!({})).await;
    assert_eq!((&queued["name"], &queued["chatbotIsActive"]), (&json!("InQueue"), &json!(false)));
    assert_eq!(lists().await["queue"][0]["conversationId"], served.id);
}

/// A bot that says nothing when the session begins leaves the visitor to the form, then to the queue.
#[tokio::test]
async fn a_silent_bot_leaves_the_form_to_be_filled_in() {
    let (gateway, _dir) = start(&format!("{BOT}[[channel.pre_chat]]\nname = \"name\"\n")).await;
    let visitor = gateway.visitor().await;
    assert_eq!(visitor.body["session"]["name"], "PreChatForm");
    assert_eq!(form(&gateway, &visitor, "preChat", json!({"name": "Kari"})).await["name"], "InQueue");
    gateway.say(&visitor.id, &gateway.bot(), &message("Hello Kari")).await;
    assert_eq!(shown(&gateway, &visitor).await["name"], "UserLast", "form first, then the bot");
}

/// Without form and FAQ the queue is the first state; with a FAQ alone that is.
#[tokio::test]
async fn the_channel_decides_where_a_session_begins() {
    for (channel, name) in [(QUEUE.to_owned(), "InQueue"), (format!("{QUEUE}faq = {{ threshold = 0.5 }}\n"), "Faq")] {
        let (gateway, _dir) = start(&channel).await;
        assert_eq!(gateway.visitor().await.body["session"]["name"], name);
    }
}

#[tokio::test]
async fn a_closed_channel_takes_requests_whoever_is_there() {
    let hours = "[channel.hours]\ntime_zone = \"Europe/Oslo\"\n";
    for (hours, name) in [(hours, "OfflineForm"), ("", "InQueue")] {
        let (gateway, _dir) = start(&format!("{QUEUE}{hours}[[channel.offline]]\nname = \"message\"\n")).await;
        available(&gateway, "ada", true).await;
        assert_eq!(gateway.visitor().await.body["session"]["name"], name);
    }
}

/// How much of a question an entry has to hold is the channel's choice.
#[tokio::test]
async fn the_faqs_threshold_decides_what_is_an_answer() {
    for (threshold, name) in [("0.1", "Faq"), ("0.95", "InQueue")] {
        let (gateway, _dir) = start(&format!("{QUEUE}faq = {{ threshold = {threshold} }}\n")).await;
        let entry = json!({"question": "How do I return a product?", "answer": "Within 30 days."});
        assert_eq!(gateway.post("/faq", &gateway.agent(), &entry).await.status(), 201);
        let visitor = gateway.visitor().await;
        let mut page = gateway.socket(&visitor.id, &visitor.token).await;
        gateway.say(&visitor.id, &visitor.token, &message("returning damaged electronics bought abroad")).await;
        // The answer, or that there is none.
        loop {
            let frame = page.frame().await;
            if frame["from"]["role"] == "bot" || frame["data"]["new"]["name"] == "InQueue" {
                break;
            }
        }
        assert_eq!(shown(&gateway, &visitor).await["name"], name);
    }
}
