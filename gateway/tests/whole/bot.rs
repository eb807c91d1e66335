//! Bots' scripts in a real gateway: what the documents' examples say happens, happens.

use crate::support::bot::{Bench, CONFIG, config, is_hand_off, is_said, statuses};
use crate::support::{Gateway, problem, text};
use docent_gateway::config::Draft;
use serde_json::{Value, json};
use std::time::Duration;

/// S1's example, told in JavaScript.
const WELCOME: &str = r#"
function onSessionCreated() {
  const ed = getEventData();
  const botName = ed.getInputValue("chatTopic.botName");
  const sessionId = ed.getInputValue("chatSession.id").toInteger();
  const toCustomer = 1;

  const message = "Welcome human. Say 'human' to transfer. Say 'quit' to end session.";
  addChatMessage(sessionId, message, toCustomer, botName, 0, "");
}
function onMessageReceived(e) {
  if (e.message.text === "human") resetChat(e.chatSession.id);
  else if (e.message.text === "quit") setChatStatus(e.chatSession.id, 7); // 7 = closed
  else addChatMessage(e.chatSession.id, `You said ${e.message.text}`, 1, e.chatTopic.botName, 0, "");
}
function onSessionChanged(e) {
  console.log(`${e.status.old} ${e.status.new} ${e.getInputValue("status.old")} ${e.chatSession.status}`);
}
"#;

#[tokio::test]
async fn the_documented_welcome_is_said_and_sets_user_last() {
    let bench = Bench::new(WELCOME).await;
    let visitor = bench.gateway.visitor().await;
    let log = bench.says(&visitor, "Welcome human. Say 'human' to transfer. Say 'quit' to end session.").await;
    assert_eq!(statuses(&log).last(), Some(&6), "the bot was the last to speak");
    let said = log.iter().find(|event| event["dataType"] == "message").expect("said");
    assert_eq!(said["from"], json!({"role": "bot", "id": "helper"}));
    assert_eq!(said["data"], json!({"text": "Welcome human. Say 'human' to transfer. Say 'quit' to end session."}));
}

#[tokio::test]
async fn messages_are_answered_in_their_order_and_once() {
    let bench = Bench::new(WELCOME).await;
    let visitor = bench.gateway.visitor().await;
    for n in 0..20 {
        bench.say(&visitor, &format!("{n}")).await;
    }
    let log = bench.says(&visitor, "You said 19").await;
    let said: Vec<_> = log
        .iter()
        .filter(|event| event["dataType"] == "message" && event["from"]["role"] == "bot")
        .skip(1)
        .map(|event| text(&event["data"], "text"))
        .collect();
    assert_eq!(said, (0..20).map(|n| format!("You said {n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn handing_off_puts_it_in_the_queue_and_ends_the_bots_part() {
    let bench = Bench::new(WELCOME).await;
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, "human").await;
    let log = bench.until(&visitor, |log| log.iter().any(is_hand_off)).await;
    assert_eq!(statuses(&log).last(), Some(&4));
    bench.say(&visitor, "is anybody there").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let log = bench.gateway.log(&visitor.id).await;
    assert!(
        !log.iter().any(|event| is_said(event, "You said is anybody there")),
        "bot scripts are not called any more"
    );
}

#[tokio::test]
async fn ending_the_session_is_a_status_and_changes_are_told_with_old_and_new() {
    let bench = Bench::new(WELCOME).await;
    let visitor = bench.gateway.visitor().await;
    bench.says(&visitor, "Welcome human. Say 'human' to transfer. Say 'quit' to end session.").await;
    bench.say(&visitor, "quit").await;
    bench.until(&visitor, |log| statuses(log).contains(&7)).await;
    let mut view = Value::Null;
    for _ in 0..100 {
        view = bench.view(&visitor).await;
        if view["lines"].as_array().is_some_and(|lines| lines.len() >= 3) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let told: Vec<_> = view["lines"].as_array().expect("lines").iter().map(|line| text(line, "text")).collect();
    assert_eq!(told, ["4 6 4 6", "6 5 6 5", "5 7 5 7"]);
    assert_eq!(view["bot"], "helper");
}

/// S3's examples as they are written, within the functions that give them their variables.
const VARIABLES: &str = r#"
function onMessageReceived(e) {
  const request = { sourceLocation: { latitude: 1, longitude: 2 }, destLocation: { latitude: 3, longitude: 4 },
    location: { latitude: 5, longitude: 6 }, fields: { issuetype: { name: "Bug" }, summary: "broken" } };
  if (e.message.text === "put") {
    BotContext.put("topicSessionVariable","music",2000); UserSession.put("firstName","Mary",20000); UserContext.get("firstName");
    const repository = "15379386734832";
    var userRepository = { "title": _labels_[repository], "value": repository }; EnterpriseContext.put('Gitrepository', userRepository, 200000);
    var defaultCurrency = { currency: "NOK" }; BotContext.put('currency', defaultCurrency, 200000);
    var name = UserContext.get("firstName")+UserContext.get("lastName"); UserSession.put("fullName") = name;
    { const location = request.location;
      var place = { "title": labels[location], "value": { "latitude": location.latitude, "longitude": request.location.longitude } }; UserSession.put('HomeLocation', place, '20000'); }
    var homelocation = { "title": labels[request.sourceLocation], "value": { "latitude": request.sourceLocation.latitude, "longitude": request.sourceLocation.longitude } }; BotUserSession.put('HomeLocation', homelocation, '20000');
    var destlocation = { "title": labels[request.destLocation], "value": { "latitude": request.destLocation.latitude, "longitude": request.destLocation.longitude } }; BotUserSession.put('DestinationLocation', destlocation, '20000');
    var Company = { "name":"Kore.ai" }; var Address = { "location": "Hyd" }; BotUserSession.put("Company", Company); BotUserSession.put("Address", Address); BotUserSession.delete("Address");
    print("stored");
  } else if (e.message.text === "get") {
    print(JSON.stringify([BotContext.get("topicSessionVariable"), UserSession.get("fullName"), EnterpriseContext.get("Gitrepository").title,
      BotUserSession.get("HomeLocation").value, UserSession.get("HomeLocation").value, BotUserSession.get("Address") === undefined]));
  } else if (e.message.text === "delete") {
    delete context.session.BotUserSession.Company.name;
    print(JSON.stringify(BotUserSession.get("Company")) + JSON.stringify(context.session.BotUserSession.Company));
  } else if (e.message.text === "wrong") {
    const wrong = [() => BotUserSession.get("Company.name"), () => BotUserSession.put("Company.Address", {}), () => BotUserSession.delete("Company.name"),
      () => { delete context.session.BotUserSession.Company }, () => { context.session.BotUserSession.Company = 1 }, () => UserContext.put("a", 1)];
    print(wrong.map((f) => { try { f(); return "nothing" } catch (error) { return error.message.includes("delete") ? "delete" : error.name } }).join());
  } else if (e.message.text === "keys") {
    const response = { key: "BBF-3265" };
    var title = request.fields.issuetype.name + ' <a href ="https://' + _tenant_ + '/browse/' + response.key + '" target = "_blank">' + request.fields.summary + '</a> has been created.';
    print(title + " " + typeof _fields_["workspace"] + " " + /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/.test(_last_run));
  }
}
"#;

#[tokio::test]
async fn the_documented_variable_examples_run_as_written() {
    let bench = Bench::new(VARIABLES).await;
    let visitor = bench.gateway.visitor().await;
    let claims = json!({"type": "claimsChanged", "claims": {"firstName": "Mary", "lastName": "Poppins"}});
    bench.gateway.say(&visitor.id, &visitor.token, &json!({"dataType": "visitorEvent", "data": claims})).await;
    bench.say(&visitor, "put").await;
    bench.says(&visitor, "stored").await;
    bench.say(&visitor, "get").await;
    let all =
        r#"["music","MaryPoppins","roadlabs.com",{"latitude":1,"longitude":2},{"latitude":5,"longitude":6},true]"#;
    bench.says(&visitor, all).await;
    bench.say(&visitor, "delete").await;
    bench.says(&visitor, "{}{}").await;
    bench.say(&visitor, "wrong").await;
    bench.says(&visitor, "delete,delete,delete,delete,TypeError,TypeError").await;
    bench.say(&visitor, "keys").await;
    let link = "Bug <a href =\"https://koreteam.atlassian.net/browse/BBF-3265\" target = \"_blank\">broken</a> has been created.";
    bench.says(&visitor, &format!("{link} undefined true")).await;
}

#[tokio::test]
async fn session_data_is_set_and_got_from_a_script() {
    let script = r#"
function onMessageReceived(e) {
  const session_map = new Map(); session_map.set("size", "M");
  const response = zoho.salesiq.visitorsession.set("portal_1", session_map, "salesIqConnection");
  const wrong = zoho.salesiq.visitorsession.set("portal_2", session_map, "salesIqConnection");
  const got = zoho.salesiq.visitorsession.get("portal_1", "size", "salesIqConnection");
  print(JSON.stringify([response, wrong, got.data.size]));
}"#;
    let bench = Bench::new(script).await;
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, "M").await;
    let success = json!({"url": "/api/v2/portal_1/visitorsessions", "object": "session", "data": {"size": "M"}});
    let failure = json!({"error": {"code": 1005, "message": "Invalid portal or wrong screenname"}});
    bench.says(&visitor, &json!([success, failure, "M"]).to_string()).await;
}

#[tokio::test]
async fn a_command_is_a_promise_of_the_visitors_answer() {
    let script = r#"
async function onMessageReceived(e) {
  const answer = await visitor.command("highlightDom", { selector: "//button" });
  const time = await visitor.request("getLocalTime");
  print(`${answer.status} ${time.value}`);
}"#;
    let bench = Bench::new(script).await;
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, "where").await;
    for (kind, extra) in [("highlightDom", json!({})), ("getLocalTime", json!({"value": "now"}))] {
        let log = bench.until(&visitor, |log| log.iter().any(|event| event["data"]["type"] == kind)).await;
        let asked = log.iter().find(|event| event["data"]["type"] == kind).expect("asked");
        assert_eq!(asked["from"], json!({"role": "bot", "id": "helper"}));
        let mut data = json!({"eventId": asked["eventId"], "type": kind, "status": "success"});
        data.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
        bench.gateway.say(&visitor.id, &visitor.token, &json!({"dataType": "commandResponse", "data": data})).await;
    }
    bench.says(&visitor, "success now").await;
}

#[tokio::test]
async fn an_exception_is_shown_with_its_line_and_the_script_decides_what_follows() {
    let script = "function onMessageReceived(e) {\n  if (e.message.text === 'fail') nothing.here();\n  print('fine');\n}\n\
                  function onError(error, e) {\n  print(error.place);\n  resetChat(e.chatSession.id);\n}\n";
    let bench = Bench::new(script).await;
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, "fail").await;
    let log = bench.says(&visitor, "helper.js:2").await;
    let log = if statuses(&log).last() == Some(&4) {
        log
    } else {
        bench.until(&visitor, |log| statuses(log).last() == Some(&4)).await
    };
    assert!(!log.iter().any(|event| is_said(event, "fine")));
    let view = bench.view(&visitor).await;
    let line = view["lines"].as_array().expect("lines").iter().find(|line| line["level"] == "error").expect("shown");
    assert_eq!(line["place"], "helper.js:2");
    assert!(text(line, "text").contains("ReferenceError"), "{line}");
    problem(bench.gateway.get(&format!("/conversation/{}/bot", visitor.id), &visitor.token).await, 403).await;
}

#[tokio::test]
async fn an_exception_without_onerror_leaves_the_bot_in_charge() {
    let bench =
        Bench::new("function onMessageReceived(e) { if (e.message.text === 'fail') throw 1; print('fine'); }").await;
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, "fail").await;
    bench.say(&visitor, "again").await;
    bench.says(&visitor, "fine").await;
}

#[tokio::test]
async fn a_script_that_cannot_be_loaded_leaves_the_visitor_to_humans() {
    for script in ["function (", "for (;;) {}", "throw new Error('x')"] {
        let bench = Bench::new(script).await;
        let visitor = bench.gateway.visitor().await;
        let log = bench.until(&visitor, |log| log.iter().any(is_hand_off)).await;
        assert_eq!(statuses(&log).last(), Some(&4), "{script}");
    }
}

#[tokio::test]
async fn a_script_is_read_again_when_it_changes_and_sessions_go_on() {
    let bench = Bench::new("function onMessageReceived() { BotUserSession.put('n', 1); print('one'); }").await;
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, "a").await;
    bench.says(&visitor, "one").await;
    let changed = "function onMessageReceived() { print('two, and n is ' + BotUserSession.get('n')); }";
    std::fs::write(bench.dir.path().join("helper.js"), changed).expect("written");
    bench.say(&visitor, "b").await;
    bench.says(&visitor, "two, and n is 1").await;
}

#[tokio::test]
async fn a_script_reaches_no_other_session() {
    let script = "function onMessageReceived(e) {
        for (const call of [() => addChatMessage(e.chatSession.id + 1, 'x', 1), () => resetChat(e.chatSession.id - 1),
            () => setChatStatus(e.chatSession.id + 1, 9), () => addChatMessage('1e99', 'x', 1)]) {
            try { call(); print('done') } catch (error) { console.log(error.message) }
        }
        print('tried');
    }";
    let bench = Bench::new(script).await;
    let (_before, visitor, _after) =
        (bench.gateway.visitor().await, bench.gateway.visitor().await, bench.gateway.visitor().await);
    bench.say(&visitor, "go").await;
    let log = bench.says(&visitor, "tried").await;
    assert!(!log.iter().any(|event| is_said(event, "done")));
}

#[tokio::test]
async fn a_flood_of_messages_is_stopped() {
    let bench = Bench::new("function onMessageReceived() { for (let n = 0; ; n++) print('flood') }").await;
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, "go").await;
    for _ in 0..200 {
        if bench.view(&visitor).await["lines"].as_array().is_some_and(|lines| !lines.is_empty()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let log = bench.gateway.log(&visitor.id).await;
    assert_eq!(log.iter().filter(|event| is_said(event, "flood")).count(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_conversations_hostile_script_harms_no_other() {
    let script = "function onMessageReceived(e) {
        if (e.message.text === 'loop') for (;;) {}
        if (e.message.text === 'bomb') { const a = []; for (;;) a.push('x'.repeat(1e5) + a.length) }
        if (e.message.text === 'deep') onMessageReceived(e);
        if (e.message.text === 'wait') return new Promise(() => {});
        print('fine');
    }";
    let bench = Bench::new(script).await;
    for attack in ["loop", "bomb", "deep", "wait", "loop", "loop"] {
        let hostile = bench.gateway.visitor().await;
        bench.say(&hostile, attack).await;
    }
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, "hello").await;
    bench.says(&visitor, "fine").await;
}

#[tokio::test]
async fn fetch_reaches_configured_hosts_only() {
    let script = "async function onMessageReceived(e) {
        for (const url of e.message.text.split(' ')) {
            try { print('reached ' + (await fetch(url)).status) } catch (error) { print(error.message) }
        }
    }";
    let bench = Bench::new(script).await;
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, &format!("{} file:///etc/passwd", bench.gateway.url("/healthz"))).await;
    let log = bench.says(&visitor, "fetch: `` is not among the bot's `hosts` in the gateway's configuration").await;
    assert!(log.iter().any(|event| is_said(
        event,
        "fetch: `127.0.0.1` is not among the bot's `hosts` in the gateway's configuration"
    )));
    let dir = tempfile::tempdir().expect("a directory");
    let mut config = config(dir.path(), script);
    let host = format!("hosts = [\"{}\"]\n", bench.gateway.url(""));
    let text = CONFIG.replace("DIR", dir.path().to_str().expect("a path")) + &host;
    config.bots = Draft::parse(&text).expect("a configuration").with_secret(config.secret.clone()).bots;
    let allowed = Bench { gateway: Gateway::start_with(config).await, dir };
    let visitor = allowed.gateway.visitor().await;
    allowed.say(&visitor, &bench.gateway.url("/healthz")).await;
    allowed.says(&visitor, "reached 200").await;
}

/// What was committed before a stop and not dealt with is dealt with after it, once.
#[tokio::test]
async fn a_stop_between_event_and_script_loses_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let slow = "async function onMessageReceived(e) { print('begun'); await visitor.command('highlightDom', {selector: ''}); print('done'); }";
    let config = config(dir.path(), slow);
    let gateway = Gateway::start_with(config.clone()).await;
    let mut bench = Bench { gateway, dir };
    let visitor = bench.gateway.visitor().await;
    bench.say(&visitor, "one").await;
    bench.say(&visitor, "two").await;
    bench.says(&visitor, "begun").await;
    bench.gateway.interrupt();
    bench.gateway.stopped().await;
    std::fs::write(
        bench.dir.path().join("helper.js"),
        "function onMessageReceived(e) { print('begun'); print(e.message.text); }",
    )
    .expect("written");
    bench.gateway = Gateway::start_with(config).await;
    let log = bench.says(&visitor, "two").await;
    assert_eq!(log.iter().filter(|event| is_said(event, "begun")).count(), 2, "once for each message");
    assert!(log.iter().any(|event| is_said(event, "one")));
}
